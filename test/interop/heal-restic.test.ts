import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BackupRepairPlan } from '../../shared/contract/backups/repair.ts';
import type { BackupRepair, BackupVerification, RestoreResult } from '../../shared/contract/backups.ts';
import type { Uuid } from '../../shared/ids.ts';
import { makeProtected, type Protected, recoveryKey } from '../doubles/protected-installation.ts';
import { flip, type StoredKind, storedFiles } from '../doubles/stored-files.ts';
import { restic } from './restic-program.ts';

const tenant = 'acme';
let place: Protected;
let repository: string;
let disk: string;
let second: Uuid;

beforeEach(async () => {
  place = await makeProtected();
  disk = mkdtempSync(join(tmpdir(), 'holdfast-second-'));
  for (let at = 0; at < 50; at += 1) await place.put('orders', `order-${at}`, { at });
  await place.addFile('letter.bin', randomBytes(200_000));
  repository = join(place.folder, 'repositories', place.tenantId);
  await place.backUp('full');
  await place.put('orders', 'later', {});
  await place.backUp();
});
afterEach(async () => {
  await place.close();
  rmSync(disk, { recursive: true, force: true });
});

async function copy() {
  mkdirSync(disk, { recursive: true });
  const added = place.operation('backup.target.add');
  const { id } = await place.manager.copies.addTarget(
    { name: 'second', place: { kind: 'folder', path: disk }, bytesPerSecond: null, covers: { kind: 'all' } },
    added,
  );
  if (id === null) throw new Error('the target has no id');
  second = id;
  await sync();
}
const sync = () =>
  place.finished(
    place.manager.copies.syncTarget({ targetId: second }, place.operation('backup.target.sync')),
  );

const verify = (level: 0 | 1 | 2 | 4) =>
  place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity({ tenant, level }, place.operation('backup.verify')),
  );
const restore = (path: string) =>
  place.finished<RestoreResult>(
    place.manager.restoreBackup(
      { tenant, reason: 'a test', destination: { kind: 'folder', path } },
      place.operation('backup.restore'),
    ),
  );
const toldOf = (action: string) => place.recorded.filter((entry) => entry.action === action);

const filesOf = (kind: StoredKind) => storedFiles(repository, kind);

async function requireSound() {
  expect(restic(repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
  expect(await verify(4)).toMatchObject({ ok: true, problems: [] });
}

const damages = [
  ['a flipped bit', (file: string) => flip(file, 40)],
  ['a deletion', (file: string) => rmSync(file)],
] as const;
const kinds = ['config', 'keys', 'index'] as const;

/** What each does to the container alone, test/unit/backups/container/heal.test.ts tries; HOLDFAST_SWEEP=all tries all here. */
const tried = process.env.HOLDFAST_SWEEP === 'all' ? damages : damages.slice(0, 1);

describe.each(tried)('%s', (_, damage) => {
  test('of every file of each kind is healed from a copy by a verification, and told', async () => {
    await copy();
    let before = 0;
    for (const kind of [...kinds, 'data', 'snapshots'] as const) {
      for (const file of filesOf(kind)) damage(file);
      expect({ kind, ...(await verify(1)) }).toMatchObject({ kind, ok: true, problems: [] });
      const told = toldOf('backup.heal').slice(before);
      expect(told.map(({ facts }) => facts?.from)).toContain(
        kind === 'index' && damage === damages[1][1] ? 'made anew' : 'second',
      );
      expect(told[0]).toMatchObject({
        tenantId: place.tenantId,
        resource: { kind: 'repository', id: place.tenantId },
        facts: { during: 'backup.verify', files: expect.stringContaining(kind) },
      });
      before += told.length;
    }
    expect(toldOf('backups-healed').length).toBeGreaterThan(0);
    expect(toldOf('backups-damaged')).toEqual([]);
    await requireSound();
    expect(toldOf('backup.heal').length).toBe(before);
  });

  test('of a file of config, keys or index heals itself without a copy', async () => {
    for (const kind of kinds) {
      damage(filesOf(kind)[0] ?? '');
      expect({ kind, ...(await verify(1)) }).toMatchObject({ kind, ok: true, problems: [] });
      expect(toldOf('backup.heal').at(-1)).toMatchObject({
        facts: { from: 'made anew', files: expect.stringContaining(kind) },
      });
    }
    await requireSound();
  });

  test('of config or index does not keep a backup from being made', async () => {
    for (const kind of ['config', 'index'] as const) {
      for (const file of filesOf(kind)) damage(file);
      await place.put('orders', 'latest', { kind });
      expect((await place.backUp()).snapshots).toMatchObject([{ kind: 'incremental' }]);
      expect(toldOf('backup.heal').at(-1)).toMatchObject({
        facts: { during: 'backup.create', files: expect.stringContaining(kind) },
      });
    }
    await requireSound();
  });

  test('of every file of data or index does not keep a restore from its end', async () => {
    await copy();
    for (const kind of ['data', 'index'] as const) {
      for (const file of filesOf(kind)) damage(file);
      expect(await restore(join(disk, kind))).toMatchObject({ verifiedLevel: 4 });
      expect(toldOf('backup.heal').at(-1)).toMatchObject({
        facts: { during: 'backup.restore', files: expect.stringContaining(kind) },
      });
    }
    await requireSound();
  });
});

test('what no copy heals is told as damage, once and critically', async () => {
  flip(filesOf('data')[0] ?? '', 100);
  expect((await verify(1)).ok).toBe(false);
  expect(toldOf('backup.heal')).toEqual([]);
  expect(toldOf('backups-damaged')).toMatchObject([{ tenantId: place.tenantId }]);
});

describe('a copy', () => {
  const verifyCopy = (level: 0 | 1 | 4) =>
    place.finished<BackupVerification>(
      place.manager.verifyBackupIntegrity(
        { tenant, level, targetId: second },
        place.operation('backup.verify'),
      ),
    );
  const lag = async () => {
    const { items } = await place.manager.copies.listTargets();
    return items.find(({ id }) => id === second)?.lag.find(({ tenantId }) => tenantId === place.tenantId);
  };
  let first: string;
  beforeEach(async () => {
    await copy();
    first = repository;
    repository = join(disk, place.parts.sources.installationId, 'repositories', place.tenantId);
  });

  test('is verified to level 4, and when is shown', async () => {
    expect((await lag())?.verified).toBeNull();
    expect(await verifyCopy(4)).toMatchObject({ target: 'second', ok: true, level: 4 });
    expect((await lag())?.verified).toMatchObject({ level: 4, problems: 0 });
    expect(toldOf('backup.verify').at(-1)).toMatchObject({ facts: { target: 'second', problems: 0 } });
  });

  test('whose files of any kind are damaged is healed from the first target', async () => {
    for (const kind of [...kinds, 'data', 'snapshots'] as const) {
      for (const file of filesOf(kind)) flip(file, 40);
      expect({ kind, ...(await verifyCopy(1)) }).toMatchObject({ kind, ok: true, problems: [] });
      expect(toldOf('backup.heal').at(-1)).toMatchObject({
        facts: { target: 'second', from: 'the first target', files: expect.stringContaining(kind) },
      });
    }
    expect(restic(repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
    expect(restic(first, recoveryKey, 'check')).toContain('no errors were found');
  });

  test('that has vanished, or was swapped for another, is found and left as it is', async () => {
    rmSync(join(repository, 'snapshots'), { recursive: true });
    mkdirSync(join(repository, 'snapshots'));
    const snapshots = await verifyCopy(0);
    expect(snapshots).toMatchObject({ ok: true }); // brought back
    rmSync(repository, { recursive: true });
    expect(await verifyCopy(0)).toMatchObject({ ok: false, target: 'second' });
    expect((await lag())?.verified?.problems).toBeGreaterThan(0);
    restic(repository, 'another password', 'init');
    const before = filesOf('keys');
    expect(await verifyCopy(0)).toMatchObject({ ok: false });
    expect(filesOf('keys')).toEqual(before);
    expect(toldOf('backups-damaged').length).toBe(2);
  });

  test('is what a repair takes before it gives anything up, as its plan says', async () => {
    repository = first;
    const packs = filesOf('data');
    for (const file of packs) flip(file, 100);
    const plan = await place.finished<BackupRepairPlan>(
      place.manager.repairs.planRepair({ tenant }, place.operation('backup.repair.plan')),
    );
    expect(plan.damage.map(({ copy }) => copy)).toEqual(packs.map(() => 'second'));
    const done = await place.finished<BackupRepair>(
      place.manager.repairs.repairBackups({ tenant }, place.operation('backup.repair')),
    );
    expect(done).toMatchObject({
      ok: true,
      blobsLost: 0,
      healedFiles: packs.length,
      damagedFiles: 0,
    });
    await requireSound();
  });
});
