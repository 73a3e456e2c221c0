import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeSnapshot } from '../../../../main/backups/catalogue/catalogue.ts';
import { folderTarget } from '../../../../main/backups/targets/folder-target.ts';
import { MovableTarget } from '../../../../main/backups/targets/movable-target.ts';
import type { RetentionRun, RetentionSimulation } from '../../../../shared/contract/backups/retention.ts';
import type { TargetSync } from '../../../../shared/contract/backups/targets.ts';
import type { BackupResult, BackupVerification, RestoreResult } from '../../../../shared/contract/backups.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { makeProtected, type Protected, recoveryKey } from '../../../doubles/protected-installation.ts';
import { ShiftedClock } from '../../../doubles/shifted-clock.ts';
import { restic } from '../../../interop/restic-program.ts';

let folder: string;
let place: Protected;
let clock: ShiftedClock;
let first: MovableTarget;
/** Folders of disks: the first target's, and further ones'. */
const disk = (name: string) => join(folder, name);
const away = (name: string) => renameSync(disk(name), disk(`${name}-away`));
const back = (name: string) => renameSync(disk(`${name}-away`), disk(name));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-stand-in-'));
  for (const name of ['first', 'second', 'third']) mkdirSync(disk(name));
  clock = new ShiftedClock();
  place = await makeProtected({
    clock,
    target: (id) => {
      first = new MovableTarget(folderTarget(disk('first'), id));
      return first;
    },
  });
  await place.put('orders', 'one', { at: 1 });
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

async function add(name: string): Promise<Uuid> {
  const { id } = await place.manager.copies.addTarget(
    { name, place: { kind: 'folder', path: disk(name) }, bytesPerSecond: null, covers: { kind: 'all' } },
    place.operation('backup.target.add'),
  );
  if (id === null) throw new Error('a further target has an id');
  return id;
}
const sync = (id: string) =>
  place.finished<TargetSync>(
    place.manager.copies.syncTarget(
      { targetId: id as typeof place.tenantId },
      place.operation('backup.target.sync'),
    ),
  );
const target = async (id: string) =>
  (await place.manager.copies.listTargets()).items.find((each) => each.id === id);
const repositoryOn = (name: string) =>
  join(disk(name), place.parts.sources.installationId, 'repositories', place.tenantId);
const snapshotsOn = (name: string) => readdirSync(join(repositoryOn(name), 'snapshots')).sort();
const check = (name: string) => restic(repositoryOn(name), recoveryKey, 'check', '--read-data');
const made = ({ snapshots }: BackupResult) => snapshots[0]?.id ?? '';
const verify = (targetId?: Uuid) =>
  place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity(
      {
        tenant: place.tenantId,
        level: 4,
        ...(targetId === undefined ? {} : { targetId }),
      },
      place.operation('backup.verify'),
    ),
  );
async function restored(
  source:
    | { readonly snapshotId: string; readonly fromTargetId?: Uuid }
    | { readonly tenant: string; readonly at: string },
): Promise<RestoreResult> {
  return await place.finished<RestoreResult>(
    place.manager.restoreBackup(
      {
        ...source,
        destination: { kind: 'folder', path: join(folder, `restored-${Object.keys(source).join('-')}`) },
        reason: 'To see whether it comes back',
      },
      place.operation('backup.restore'),
    ),
  );
}

/** The first target with a backup that two further ones have copies of. */
async function copied() {
  const second = await add('second');
  await place.backUp();
  await sync(second);
  await place.put('orders', 'two', { at: 2 });
  return second;
}

describe('while the first target is away', () => {
  test('backups go to a further one that has a copy, and come back before the next one', async () => {
    const second = await copied();
    away('first');
    const first = await place.backUp();
    expect(first.wroteTo).toEqual([{ targetId: second, name: 'second' }]);
    expect(first.snapshots).toMatchObject([{ kind: 'incremental', targetId: second }]);
    await place.put('orders', 'three', { at: 3 });
    const next = await place.backUp();
    expect(next.snapshots).toMatchObject([{ kind: 'incremental', targetId: second }]);
    expect(place.recorded.at(-1)).toMatchObject({
      severity: 'warning',
      facts: { kind: 'incremental', wroteTo: 'second' },
    });
    expect(place.recorded.map(({ action }) => action)).toContain('backups-elsewhere');
    expect(await target(second)).toMatchObject({ standsIn: { snapshots: 2 } });
    check('second');
    expect(await restored({ snapshotId: made(next) })).toMatchObject({ verifiedLevel: 4, rows: 3 });
    const now = new Date(clock.now()).toISOString();
    expect(await restored({ tenant: 'acme', at: now })).toMatchObject({ verifiedLevel: 4, rows: 3 });
    const one = { snapshotId: made(next), level: 4 } as const;
    const verifying = place.manager.verifyBackupIntegrity(one, place.operation('backup.verify'));
    expect(await place.finished<BackupVerification>(verifying)).toMatchObject({ ok: true, target: 'second' });
    const drill = place.manager.drills.drillBackup(
      { scope: { tenant: 'acme' } },
      place.operation('backup.drill'),
    );
    expect(await place.finished(drill)).toMatchObject({ drills: [{ outcome: 'proven' }] });
    // nothing was made on the mount point
    expect(readdirSync(folder)).not.toContain('first');

    back('first');
    await place.put('orders', 'four', { at: 4 });
    const home = await place.backUp();
    expect(home).toMatchObject({ wroteTo: [], snapshots: [{ kind: 'incremental', targetId: null }] });
    expect(snapshotsOn('first')).toEqual(expect.arrayContaining([made(first), made(next), made(home)]));
    expect(place.recorded).toContainEqual(
      expect.objectContaining({
        action: 'backup.target.return',
        facts: expect.objectContaining({ from: 'second', snapshots: 2 }),
      }),
    );
    expect(place.recorded.map(({ action }) => action)).toContain('backups-returned');
    expect(await target(second)).toMatchObject({ standsIn: null });
    expect(await verify()).toMatchObject({ ok: true });
    await sync(second);
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
    check('first');
    check('second');
    // nothing was missing that had to be fetched afterwards
    expect(place.recorded.map(({ action }) => action)).not.toContain('backup.heal');
  });

  test('a synchronisation brings back first, and takes nothing for superfluous', async () => {
    const second = await copied();
    away('first');
    const written = made(await place.backUp());
    await expect(sync(second)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(snapshotsOn('second')).toContain(written);
    expect(await place.manager.copies.due()).toEqual([]);
    back('first');
    expect(await place.manager.copies.due()).toEqual([second]);
    await sync(second);
    expect(snapshotsOn('first')).toContain(written);
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
    check('first');
    check('second');
  });

  test('a copy that lags behind gets a full backup, and its log says why', async () => {
    await copied();
    await place.backUp();
    away('first');
    expect(await place.backUp()).toMatchObject({
      snapshots: [{ kind: 'full' }],
      wroteTo: [{ name: 'second' }],
    });
    expect(place.recorded.at(-1)).toMatchObject({
      severity: 'warning',
      facts: { pageLog: 'elsewhere', wroteTo: 'second' },
    });
    check('second');
    back('first');
    await place.backUp();
    expect(await verify()).toMatchObject({ ok: true });
    check('first');
  });

  test('a disk that is pulled out under a backup costs nothing, nor does an empty one in its place', async () => {
    const second = await copied();
    const { sources } = place.parts;
    const { withTenant } = sources;
    // the first time the databases are looked at, the disk is gone
    let pulled = false;
    Object.assign(sources, {
      withTenant: ((id, use) => {
        if (!pulled) away('first');
        pulled = true;
        return withTenant(id, use);
      }) satisfies typeof withTenant,
    });
    expect(await place.backUp()).toMatchObject({ wroteTo: [{ targetId: second }] });
    mkdirSync(disk('first'));
    expect(await place.backUp()).toMatchObject({ wroteTo: [{ targetId: second }] });
    expect(readdirSync(disk('first'))).toEqual([]);
  });

  test('without a sound copy it fails, and says that the first target is away', async () => {
    const second = await add('second');
    await place.backUp();
    away('first');
    await expect(place.backUp()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    back('first');
    await sync(second);
    away('first');
    away('second');
    await expect(place.backUp()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(place.recorded.map(({ action }) => action)).not.toContain('backups-elsewhere');
  });

  test('where the further one fails, it says why', async () => {
    await copied();
    writeFileSync(join(repositoryOn('second'), 'config'), 'damaged');
    away('first');
    await expect(place.backUp()).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('the next one is taken where that is away too, and all is brought back from both', async () => {
    const second = await copied();
    const third = await add('third');
    await sync(third);
    away('first');
    const one = made(await place.backUp());
    away('second');
    await place.put('orders', 'three', { at: 3 });
    const other = await place.backUp();
    expect(other).toMatchObject({ wroteTo: [{ targetId: third }], snapshots: [{ kind: 'full' }] });
    back('first');
    // what lies on the second is brought back when that is there
    expect(await place.backUp()).toMatchObject({ wroteTo: [] });
    expect(snapshotsOn('first')).toContain(made(other));
    expect(snapshotsOn('first')).not.toContain(one);
    expect(await verify()).toMatchObject({ ok: true });
    expect(await target(second)).toMatchObject({ standsIn: { snapshots: 1 } });
    back('second');
    await place.backUp();
    expect(snapshotsOn('first')).toContain(one);
    expect(await verify()).toMatchObject({ ok: true });
    check('first');
  });

  test('a copy made before a backup came back is not missed to have it', async () => {
    const second = await copied();
    const third = await add('third');
    await sync(third);
    away('first');
    const late = made(await place.backUp());
    away('second');
    back('first');
    await place.put('orders', 'three', { at: 3 });
    await place.backUp();
    await sync(third);
    back('second');
    await place.backUp();
    expect(snapshotsOn('first')).toContain(late);
    for (const id of [second, third]) expect((await verify(id)).problems).toEqual([]);
    expect(place.recorded.map(({ action }) => action)).not.toContain('backup.heal');
    const source = { snapshotId: late, fromTargetId: third };
    await expect(restored(source)).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'not-copied' },
    });
    await sync(third);
    expect(await restored(source)).toMatchObject({ verifiedLevel: 4, rows: 2 });
  });

  test('a snapshot without a line, which a killed run left, comes back; one that was removed does not', async () => {
    const second = await copied();
    const old = snapshotsOn('second')[0] ?? '';
    // as retention does, before the copy hears of it
    await place.control.write((transaction) => removeSnapshot(transaction, old));
    rmSync(join(repositoryOn('first'), 'snapshots', old));
    away('first');
    const killed = made(await place.backUp('full'));
    await place.control.write((transaction) => removeSnapshot(transaction, killed));
    back('first');
    await sync(second);
    // the full one, and the log between the two
    expect(snapshotsOn('first')).toHaveLength(2);
    expect(snapshotsOn('first')).toContain(killed);
    expect(snapshotsOn('first')).not.toContain(old);
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
    expect(place.manager.countSnapshots(place.tenantId)).toBe(2);
    check('first');
  });

  test('what builds on packs that the first target has pruned is whole there, and is not removed before', async () => {
    const apply = () =>
      place.finished<RetentionRun>(
        place.manager.retention.applyRetention({ tenant: 'acme' }, place.operation('backup.retention.apply')),
      );
    const none = { hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
    const keep = (last: number) =>
      place.manager.retention.setRetention(
        { tenant: 'acme', policy: { ...none, last, minimum: 1 }, reason: 'a test of retention' },
        place.operation('backup.retention.set'),
      );
    await keep(1);
    const second = await add('second');
    await place.addFile('letter', randomBytes(200_000));
    for (const kind of ['full', 'incremental', 'full'] as const) {
      await place.put('orders', kind, { text: randomBytes(50_000).toString('hex') });
      await place.backUp(kind);
    }
    await sync(second);
    expect((await apply()).marked.length).toBeGreaterThan(1);
    clock.pass(73 * 3_600_000);
    for (const _ of [1, 2]) await place.backUp();
    const { removed } = await apply();
    expect(removed.length).toBeGreaterThan(1);
    away('first');
    await place.put('orders', 'late', { at: 9 });
    const written = made(await place.backUp());
    await expect(apply()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    // before it is brought back it is not missed, and not removed
    back('first');
    away('second');
    await keep(4);
    for (const _ of [1, 2]) await place.backUp();
    await apply();
    clock.pass(73 * 3_600_000);
    for (const _ of [1, 2]) await place.backUp();
    expect((await apply()).removed).toHaveLength(1);
    const forget = place.manager.retention.forgetSnapshot(
      { snapshotId: written, reason: 'too soon' },
      place.operation('backup.forget'),
    );
    await expect(place.finished(forget)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await verify()).toMatchObject({ ok: true });
    back('second');
    await place.backUp();
    expect(await verify()).toMatchObject({ ok: true });
    expect(snapshotsOn('first')).toContain(written);
    expect(snapshotsOn('first').filter((id) => removed.includes(id))).toEqual([]);
    check('first');
    await apply();
    check('first');
    await sync(second);
    check('second');
  });

  test('the first one counts for a lost disk only if it is known to be on another one', async () => {
    const looked = async () => {
      const { sameDisk, firstOutlivesDisk } = await place.manager.protection();
      return { sameDisk, firstOutlivesDisk };
    };
    away('first');
    expect(await looked()).toEqual({ sameDisk: false, firstOutlivesDisk: false });
    back('first');
    expect(await looked()).toEqual({ sameDisk: true, firstOutlivesDisk: false });
    away('first');
    expect(await looked()).toEqual({ sameDisk: true, firstOutlivesDisk: false });
    back('first');
    first.sharesDeviceWith = () => Promise.resolve(false);
    expect(await looked()).toEqual({ sameDisk: false, firstOutlivesDisk: true });
    away('first');
    expect(await looked()).toEqual({ sameDisk: false, firstOutlivesDisk: true });
  });

  test('retention lets nothing go in favour of what an absent stand-in alone has', async () => {
    const none = { last: 0, hourly: 0, weekly: 0, monthly: 0, yearly: 0 };
    await place.manager.retention.setRetention(
      { tenant: 'acme', policy: { ...none, daily: 30, minimum: 1 }, reason: 'a test of retention' },
      place.operation('backup.retention.set'),
    );
    clock.pass(86_400_000 - (clock.now() % 86_400_000)); // all of one day
    const second = await copied();
    await place.backUp('full');
    await sync(second);
    const onFirst = snapshotsOn('first');
    away('first');
    const there = made(await place.backUp());
    back('first');
    away('second');
    clock.pass(25 * 3_600_000);
    await place.backUp('full');
    const simulating = place.manager.retention.simulateRetention(
      { tenant: 'acme' },
      place.operation('backup.retention.simulate'),
    );
    const { snapshots } = await place.finished<RetentionSimulation>(simulating);
    const reasons = new Map(snapshots.map(({ id, reasons: why }) => [id, why]));
    expect(onFirst.flatMap((id) => reasons.get(id) ?? [])).toEqual(['daily']);
    expect(reasons.get(there)).toEqual(['elsewhere']);
  });

  test('a target that alone has backups is removed only if they may be lost, and the log tells of each', async () => {
    const second = await copied();
    away('first');
    const written = made(await place.backUp());
    const remove = (abandon?: true) =>
      place.manager.copies.removeTarget(
        { targetId: second as typeof place.tenantId, abandon },
        place.operation('backup.target.remove'),
      );
    await expect(remove()).rejects.toMatchObject({ code: 'CONFLICT', data: { snapshots: 1 } });
    // nobody removes what is held
    const hold = await place.manager.retention.placeHold(
      { snapshotId: written, reason: 'A court asks for it' },
      place.operation('backup.hold.place'),
    );
    await expect(remove(true)).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'held' } });
    expect(place.manager.countSnapshots(place.tenantId)).toBeGreaterThan(1);
    await place.manager.retention.liftHold(
      { holdId: hold.id, reason: 'The court is done' },
      place.operation('backup.hold.lift'),
    );
    await remove(true);
    expect(place.recorded).toContainEqual(
      expect.objectContaining({ action: 'backup.forget', resource: { kind: 'snapshot', id: written } }),
    );
    back('first');
    expect(await place.backUp()).toMatchObject({ wroteTo: [] });
    expect(await verify()).toMatchObject({ ok: true });
  });
});

describe('a target that is to have some copies', () => {
  const second = async () => await add('second');
  const update = (id: string, change: Partial<Parameters<typeof place.manager.copies.updateTarget>[0]>) =>
    place.manager.copies.updateTarget(
      { targetId: id as typeof place.tenantId, ...change },
      place.operation('backup.target.update'),
    );

  test('counts and copies these only; what is left stays, until it is to go', async () => {
    const id = await second();
    await place.backUp();
    await sync(id);
    const changed = await update(id, { covers: { kind: 'tenants', tenants: [] } });
    expect(changed.lag.map(({ tenantId }) => tenantId)).toEqual([null]);
    expect(changed.left).toMatchObject([{ tenantId: place.tenantId, snapshots: 1, goes: false }]);
    expect(place.recorded.at(-1)).toMatchObject({
      facts: { coversBefore: 'all', covers: 'installation' },
      before: { covers: 'all' },
      after: { covers: 'installation' },
    });
    await place.backUp();
    expect(await place.manager.copies.due()).toEqual([]);
    await sync(id);
    expect(snapshotsOn('second')).toHaveLength(1);
    away('first');
    await expect(place.backUp()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    back('first');
    expect(await update(id, { removeOthers: true })).toMatchObject({ left: [{ goes: true }] });
    expect(place.recorded.at(-1)).toMatchObject({ facts: { copiesToRemove: 1 } });
    expect(await place.manager.copies.due()).toEqual([id]);
    await sync(id);
    expect((await target(id))?.left).toEqual([]);
    expect(() => snapshotsOn('second')).toThrow('ENOENT');
    // asked for again, it is copied anew
    await update(id, { covers: { kind: 'tenants', tenants: ['acme'] } });
    expect((await target(id))?.covers).toEqual({ kind: 'tenants', tenants: [place.tenantId] });
    await sync(id);
    expect(snapshotsOn('second')).toEqual(snapshotsOn('first'));
  });

  test('by tier follows the tier; an erasure reaches what was left', async () => {
    const id = await second();
    await place.backUp();
    Object.assign(place.parts.copying, { tierOf: () => 'professional' });
    await update(id, { covers: { kind: 'tiers', tiers: ['enterprise'] } });
    await sync(id);
    expect(() => snapshotsOn('second')).toThrow('ENOENT');
    Object.assign(place.parts.copying, { tierOf: () => 'enterprise' });
    await sync(id);
    expect(snapshotsOn('second')).toHaveLength(1);
    Object.assign(place.parts.copying, { tierOf: () => 'professional' });
    expect((await target(id))?.left).toHaveLength(1);
    await place.control.write((transaction) => place.manager.forgetTenant(transaction, place.tenantId));
    Object.assign(place.parts.sources, { tenantIds: () => [] });
    await sync(id);
    expect(() => snapshotsOn('second')).toThrow('ENOENT');
  });

  test('has no tier and no tenant without replication; one who is deleted leaves its list', async () => {
    const id = await second();
    const covers = { kind: 'tenants' as const, tenants: ['acme'] };
    Object.assign(place.parts.copying, { mayReplicate: () => false });
    const refusal = { code: 'VALIDATION', data: { issues: [{ path: 'covers', reason: 'no-replication' }] } };
    await expect(
      update(id, { covers: { kind: 'tiers', tiers: ['enterprise', 'free'] } }),
    ).rejects.toMatchObject(refusal);
    await expect(update(id, { covers })).rejects.toMatchObject(refusal);
    Object.assign(place.parts.copying, { mayReplicate: () => true });
    await update(id, { covers });
    // who is on the list already may stay there
    Object.assign(place.parts.copying, { mayReplicate: () => false });
    await update(id, { covers });
    await place.control.write((transaction) => place.manager.forgetTenant(transaction, place.tenantId));
    Object.assign(place.parts.sources, { tenantIds: () => [] });
    expect((await target(id))?.covers).toEqual({ kind: 'tenants', tenants: [] });
  });

  test('has nothing removed where it is the first target itself, under whatever name', async () => {
    const id = await second();
    await place.backUp();
    await sync(id);
    symlinkSync(disk('second'), disk('other'));
    first.become(folderTarget(disk('other'), place.parts.sources.installationId));
    await first.prepare();
    await update(id, { covers: { kind: 'tenants', tenants: [] }, removeOthers: true });
    await expect(sync(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(snapshotsOn('second')).toHaveLength(1);
  });
});
