import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../doubles/temporary-folder.ts';
import { OpenedSuite, told } from './opened-suite.ts';
import { sweep } from './strace.ts';

const module = fileURLToPath(new URL('./set-back-subject.ts', import.meta.url));
const reason = 'A reason of a test';

/** An installation whose own data will be set back at the next start. */
async function waiting(folder: string): Promise<void> {
  const { opened } = await OpenedSuite.create(folder);
  const { client } = opened;
  await client.tenants.createTenant({ name: 'As it was', tier: 'free', slug: 'acme' });
  await opened.finished(client.backups.createBackup({ scope: { installation: true } }));
  await client.tenants.updateTenant({ tenant: 'acme', name: 'By mistake' });
  const restore = { installation: true, destination: { kind: 'in-place' }, reason } as const;
  await opened.finished(told(client.backups.restoreBackup(restore)));
  await opened.stop();
}

test('a start that is killed anywhere in setting the control data back has done nothing or all of it, and the next one ends it', async () => {
  const made = join(temporaryFolder(), 'made');
  await waiting(made);
  const folder = join(temporaryFolder(), 'data');
  const fresh = () => {
    rmSync(folder, { recursive: true, force: true });
    cpSync(made, folder, { recursive: true, preserveTimestamps: true });
  };
  fresh();
  const paths = [join(folder, 'control.db-wal')];
  let killed = 0;
  const last = await sweep(
    { module, args: [folder], paths },
    'pwrite64',
    'signal=KILL',
    async ({ status }) => {
      if (status !== 0) killed += 1;
      const opened = await OpenedSuite.open(folder);
      try {
        const { client } = opened;
        expect((await client.backups.getControlRestore({})).restore).toMatchObject({ state: 'done' });
        expect((await client.tenants.getTenant({ tenant: 'acme' })).name).toBe('As it was');
        const { items } = await client.audit.getAuditTrail({ action: 'installation.set-back', limit: 10 });
        expect(items.map(({ outcome }) => outcome)).toEqual(['success']);
      } finally {
        await opened.stop();
      }
      fresh();
    },
    // each round starts Holdfast twice: a few points of the many
    9,
  );
  expect(killed).toBeGreaterThan(1);
  expect(last).toBeGreaterThan(0);
}, 240_000);
