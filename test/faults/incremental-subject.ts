// Writes one document, backs its tenant up, and ends in order; prints what was made or why not. Arguments: JSON of the
// installation's options.
import type { BackupResult } from '../../shared/contract/backups.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { makeProtected, type ProtectedOptions } from '../doubles/protected-installation.ts';

const { prefix, ...options } = JSON.parse(process.argv[2] ?? '{}') as Omit<ProtectedOptions, 'prefix'> & {
  readonly prefix: string;
};
const told = (what: string) => (error: unknown) => {
  const known = error instanceof HoldfastError ? error.code : (error as NodeJS.ErrnoException).code;
  process.stdout.write(`refused ${what} ${known ?? String(error)}\n`);
};
const place = await makeProtected({ ...options, prefix: Buffer.from(prefix, 'hex'), keep: true }).catch(
  (error: unknown) => {
    told('open')(error);
    process.exit(3);
  },
);
await place.put('orders', 'late', { at: Date.now() }).then(() => process.stdout.write('kept\n'), told('put'));
try {
  const started = place.manager.createBackup(
    { scope: { tenant: 'acme' }, kind: 'incremental' },
    place.operation(),
  );
  const [made] = (await place.finished<BackupResult>(started)).snapshots;
  process.stdout.write(`made ${made?.id} ${made?.kind}\n`);
} catch (error) {
  told('backup')(error);
}
await place.close().catch(told('close'));
process.exit(0);
