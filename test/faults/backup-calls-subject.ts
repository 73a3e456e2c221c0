// Opens a prepared installation, backs it up so that its threads are there, and says so; told to go on, writes a document, does one
// operation and ends in order. Prints what was acknowledged and what was refused. Arguments: JSON of the installation, the operation.
import { once } from 'node:events';
import { HoldfastError } from '../../shared/errors.ts';
import { type OperationName, perform, type Wanted } from './backup-calls/operations.ts';
import { openPrepared } from './backup-calls/prepared.ts';

type Given = Omit<Parameters<typeof openPrepared>[0], 'prefix'> & {
  readonly prefix: string;
  readonly wanted: Wanted;
};
const { prefix, wanted, ...options } = JSON.parse(process.argv[2] ?? '{}') as Given;
const name = process.argv[3] as OperationName;
const tell = (line: string) => void process.stdout.write(`${line}\n`);
const refused = (what: string) => (error: unknown) => {
  const known = error instanceof HoldfastError ? error.code : (error as NodeJS.ErrnoException).code;
  tell(`refused ${what} ${known ?? 'strangely'} ${String(error)}`);
};

const place = await openPrepared({ ...options, prefix: Buffer.from(prefix, 'hex') });
await perform(place, 'incremental', wanted);
tell('ready');
await once(process.stdin, 'data');
await place.put('orders', 'late', { at: 1 }).then(() => tell('kept'), refused('put'));
await perform(place, name, wanted).then((what) => tell(`done ${what}`), refused('operation'));
await place.close().then(() => tell('closed'), refused('close'));
process.exit(0);
