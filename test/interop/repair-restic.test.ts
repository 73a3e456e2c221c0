import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BackupRepairPlan, backupRepairPlan } from '../../shared/contract/backups/repair.ts';
import { type BackupRepair, type BackupVerification, backupRepair } from '../../shared/contract/backups.ts';
import { makeProtected, type Protected, recoveryKey } from '../doubles/protected-installation.ts';
import { restic } from './restic-program.ts';

let place: Protected;
let repository: string;
let first: string;

beforeEach(async () => {
  place = await makeProtected();
  for (let at = 0; at < 100; at += 1) await place.put('orders', `order-${at}`, { at });
  await place.addFile('letter.bin', randomBytes(400_000));
  first = (await place.snapshot('full')).id;
  repository = join(place.folder, 'repositories', place.tenantId);
});
afterEach(() => place.close());

const tenant = 'acme';
const verify = (level: 0 | 1 | 2) =>
  place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity({ tenant, level }, place.operation('backup.verify')),
  );
const plan = async () =>
  backupRepairPlan.parse(
    await place.finished<BackupRepairPlan>(
      place.manager.repairs.planRepair({ tenant }, place.operation('backup.repair.plan')),
    ),
  );
const repair = async () =>
  backupRepair.parse(
    await place.finished<BackupRepair>(
      place.manager.repairs.repairBackups({ tenant }, place.operation('backup.repair')),
    ),
  );

/** Flips a bit of the largest file of a kind; `at` counts from its end where it is negative. */
function flip(kind: 'config' | 'keys' | 'data' | 'index' | 'snapshots', at: number, nth = 0): string {
  const files =
    kind === 'config'
      ? [join(repository, kind)]
      : readdirSync(join(repository, kind), { recursive: true, encoding: 'utf8' })
          .map((name) => join(repository, kind, name))
          .filter((file) => statSync(file).isFile())
          .sort((a, b) => statSync(b).size - statSync(a).size);
  const file = files[nth] ?? '';
  const bytes = readFileSync(file);
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8((bytes.at(place) ?? 0) ^ 1, place);
  chmodSync(file, 0o600);
  writeFileSync(file, bytes);
  return file.slice(-64);
}

/** The first level at which a verification finds something. */
async function foundAt(): Promise<number | undefined> {
  for (const level of [0, 1, 2] as const) {
    if (!(await verify(level)).ok) return level;
  }
  return undefined;
}

const resticCheck = () => restic(repository, recoveryKey, 'check', '--read-data');

test.each([
  // a content that is still in the data
  ['the middle of a pack', 'data', 200_000, { found: 1, damagedFiles: 1, blobsLost: 1, relisted: 0 }],
  ['the header of a pack', 'data', -20, { found: 1, damagedFiles: 1, blobsLost: 0, relisted: 0 }],
] as const)('%s is healed, and restic finds nothing wrong', async (_, kind, at, expected) => {
  flip(kind, at);
  expect(() => resticCheck()).toThrow();
  expect(await foundAt()).toBe(expected.found);
  const { damagedFiles, blobsLost, packsRelisted: relisted, ...planned } = await plan();
  expect({ found: expected.found, damagedFiles, blobsLost, relisted }).toEqual(expected);
  const done = await repair();
  expect(done).toMatchObject({ ...planned, damagedFiles, blobsLost });
  expect(done).toMatchObject({ ok: true, problems: [], damagedSnapshots: [], snapshot: { kind: 'full' } });
  expect(resticCheck()).toContain('no errors were found');
  expect(await plan()).toMatchObject({ damagedFiles: 0, packsRelisted: 0 });
  const told = place.recorded.filter(({ action }) => action === 'backup.repair');
  expect(told).toMatchObject([
    {
      resource: { kind: 'snapshot', id: done.snapshot.id },
      facts: { damagedFiles, lost: blobsLost, problems: 0 },
    },
  ]);
  await place.put('orders', 'later', {});
  expect((await place.snapshot('incremental')).kind).toBe('incremental');
});

test('a page that has changed since is lost: the snapshot that needs it is named, the new one is sound', async () => {
  flip('data', 100);
  await place.put('orders', 'order-0', { changed: 'since' });
  const done = await repair();
  expect(done).toMatchObject({ blobsLost: 1, ok: false });
  expect(done.damagedSnapshots).toContain(first);
  expect(done.damagedSnapshots).not.toContain(done.snapshot.id);
  expect(() => resticCheck()).toThrow('not found in index');
  await place.put('orders', 'later', {});
  expect((await place.snapshot('incremental')).kind).toBe('incremental');
});

test('a snapshot’s own file cannot be made again: it is named, and stays', async () => {
  const name = flip('snapshots', 40);
  expect(await foundAt()).toBe(0);
  expect(await plan()).toMatchObject({ damagedFiles: 0, blobsLost: 0 });
  expect(await repair()).toMatchObject({ ok: false, damagedSnapshots: [name] });
  expect(() => resticCheck()).toThrow('invalid data returned');
});

test('without any sound key nothing is changed; the damage is named', async () => {
  flip('keys', 40);
  flip('keys', 40, 1);
  for (const work of [() => verify(0), plan, repair]) {
    await expect(work()).rejects.toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringMatching(/^keys\/[0-9a-f]{64} of the repository is damaged/),
    });
  }
});

test('a base whose pack is gone is stored again by the next backup', async () => {
  const data = join(repository, 'data');
  for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
    if (statSync(join(data, name)).isFile()) rmSync(join(data, name));
  }
  await place.put('orders', 'later', {});
  expect((await place.snapshot('incremental')).kind).toBe('full');
});

test('after a verification that finds the base damaged the next backup is a full one', async () => {
  await place.put('orders', 'later', {});
  expect((await place.snapshot('incremental')).kind).toBe('incremental');
  flip('data', -20);
  expect((await verify(1)).ok).toBe(false);
  await place.put('orders', 'latest', {});
  expect((await place.snapshot('incremental')).kind).toBe('incremental'); // a header: every blob of it can still be read
  flip('data', 100);
  expect((await verify(1)).ok).toBe(false);
  expect((await place.snapshot('incremental')).kind).toBe('full');
});
