import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openStore } from '../../main/storage/open-store.ts';
import { addNote, clock, makePlace, migrations, notesOf } from '../doubles/store-place.ts';

const subject = fileURLToPath(new URL('./replace-process-subject.ts', import.meta.url));

test('a process killed while it replaces contents leaves all of the old or all of the new', async () => {
  const place = makePlace();
  const live = await place.open();
  await live.write(addNote('live'));
  await live.close();
  const rebuilt = join(place.folder, 'rebuilt.db');
  const from = await openStore({ file: rebuilt, name: 'control', migrations, clock, createIfMissing: true });
  await from.write((transaction) => {
    const insert = transaction.sql('INSERT INTO notes (text) VALUES (?)');
    for (let n = 0; n < 30_000; n += 1) insert.run(`old ${n} ${'x'.repeat(900)}`);
  });
  await from.close();
  const outcomes: string[] = [];
  for (const portion of [0.1, 0.5, 0.9, 2]) {
    const child = spawn(process.execPath, [subject, place.file, rebuilt], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (data: Buffer) => {
      printed += data;
      const last = /"done":(\d+),"total":(\d+)\}\n$/.exec(printed);
      if (last && Number(last[1]) / Number(last[2]) >= portion) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const store = await place.open();
    const notes = notesOf(store);
    expect(store.sql<object>('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    await store.close();
    outcomes.push(notes.length === 1 ? 'old' : notes.length === 30_000 ? 'new' : `torn ${notes.length}`);
    if (printed.includes('commit')) expect(outcomes.at(-1)).toBe('new');
  }
  expect(outcomes.filter((outcome) => outcome.startsWith('torn'))).toEqual([]);
  expect([outcomes[0], outcomes.at(-1)]).toEqual(['old', 'new']);
  place.remove();
});
