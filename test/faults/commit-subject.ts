// Writes numbered notes and prints each number once it is durable; a note that was refused is printed with the
// error's code. Arguments: file, first number, how many, and what else it does meanwhile:
//   plain     nothing
//   raw       reads the file past SQLite, in this thread and through short-lived connections
//   create    makes the file
//   careless  copies the file as a program would that does not know about locks
import { copyFileSync } from 'node:fs';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import { openStore } from '../../main/storage/open-store.ts';
import { pinImage } from '../../main/storage/page-reader.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { addNote, clock, migrations } from '../doubles/store-place.ts';

const [file = '', first = '1', count = '1', meanwhile = 'plain'] = process.argv.slice(2);
const checkpointer = meanwhile === 'raw' || meanwhile === 'careless' ? createCheckpointer() : undefined;
const store = await openStore({
  file,
  name: 'control',
  migrations,
  clock,
  createIfMissing: meanwhile === 'create',
  ...(checkpointer ? { checkpointer, checkpointBytes: 100_000 } : {}),
}).catch((error: unknown) => {
  console.log('refused open', error instanceof HoldfastError ? error.code : String(error));
  process.exit(2);
});

for (let n = Number(first); n < Number(first) + Number(count); n += 1) {
  try {
    await store.write(addNote(`note ${n} ${'x'.repeat(n % 5000)}`));
    process.stdout.write(`kept ${n}\n`);
  } catch (error) {
    process.stdout.write(`refused ${n} ${error instanceof HoldfastError ? error.code : String(error)}\n`);
  }
  if (meanwhile === 'raw' && n % 5 === 0) {
    const image = await pinImage(store);
    for (const chunk of image.chunks()) void chunk;
    image.end();
  }
  if (meanwhile === 'careless' && n === Number(first) + 5) copyFileSync(file, `${file}.copy`);
}
await store.close();
await checkpointer?.close();
