import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackupManager } from '../../../../main/backups/backup-manager.ts';
import { withRepository } from '../../../../main/backups/repository-access.ts';
import type { Store } from '../../../../main/storage/store.ts';
import {
  type RetentionRun,
  type RetentionSimulation,
  retentionRun,
  retentionSimulation,
} from '../../../../shared/contract/backups/retention.ts';
import type { BackupResult, BackupVerification, RestoreResult } from '../../../../shared/contract/backups.ts';
import type { RetentionPolicy } from '../../../../shared/retention.ts';
import { makeProtected, type Protected, recoveryKey } from '../../../doubles/protected-installation.ts';
import { ShiftedClock } from '../../../doubles/shifted-clock.ts';
import { restic } from '../../../interop/restic-program.ts';

/** Right before one transaction is nearly right after the one before: every second is tried of both, with HOLDFAST_SWEEP=all each. */
const everyCall = process.env.HOLDFAST_SWEEP === 'all';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const policy: RetentionPolicy = {
  last: 2,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  minimum: 1,
};
const reason = 'a test of retention';
let clock: ShiftedClock;
let place: Protected;

beforeEach(async () => {
  clock = new ShiftedClock();
  place = await makeProtected({ clock });
  await place.put('orders', 'one', { at: 1 });
});
afterEach(() => place.close());

async function backUp(manager = place.manager): Promise<string> {
  clock.pass(hourMs);
  await place.put('orders', 'one', { at: clock.now() });
  const { snapshots } = await place.finished<BackupResult>(
    manager.createBackup({ scope: { tenant: 'acme' }, kind: 'incremental' }, place.operation()),
  );
  return snapshots[0]?.id ?? '';
}

const run = async (manager = place.manager): Promise<RetentionRun> =>
  retentionRun.parse(
    await place.finished(
      manager.retention.applyRetention({ tenant: 'acme' }, place.operation('backup.retention.apply')),
    ),
  );

const setPolicy = (changed: Partial<RetentionPolicy> = {}) =>
  place.manager.retention.setRetention(
    { tenant: 'acme', policy: { ...policy, ...changed }, reason },
    place.operation('backup.retention.set'),
  );

const verify = (level: 0 | 4, manager = place.manager) =>
  place.finished<BackupVerification>(
    manager.verifyBackupIntegrity({ tenant: 'acme', level }, place.operation('backup.verify')),
  );

const folder = () => place.parts.target.repository(place.tenantId).location.path;
const stored = () => readdirSync(join(folder(), 'snapshots')).sort();
const catalogued = () =>
  place.control
    .sql<{ id: string }>('SELECT id FROM snapshots ORDER BY id')
    .all()
    .map(({ id }) => id);
const forgotten = () => place.recorded.filter(({ action }) => action === 'backup.forget');
const marks = async () =>
  (await place.manager.retention.listRemovalMarks({ tenant: 'acme', limit: 100 })).items;

/** Snapshots of which three, or what is left of earlier rounds and one, are marked and have waited. */
async function dueForRemoval(making = 5): Promise<{ going: string[]; staying: string[] }> {
  await setPolicy();
  const made: string[] = [];
  while (made.length < making) made.push(await backUp());
  const { marked } = await run();
  clock.pass(3 * dayMs);
  const later = [await backUp(), await backUp()];
  return { going: marked, staying: [...made.slice(-2), ...later] };
}

describe('removal', () => {
  test('marks, waits 72 hours and two backups, removes, tells, and gives the space back', async () => {
    await setPolicy();
    const made = [await backUp(), await backUp(), await backUp()];
    expect(await run()).toMatchObject({ marked: [made[0]], removed: [], pruned: null });
    clock.pass(3 * dayMs);
    expect(await run()).toMatchObject({ removed: [] }); // no backup came after
    const next = await backUp();
    expect(await run()).toMatchObject({ marked: [made[1]], removed: [] });
    await backUp();
    expect(await run()).toMatchObject({ marked: [made[2]], removed: [made[0]], waiting: false });
    expect(catalogued()).toEqual(stored());
    expect(stored()).not.toContain(made[0]);
    expect(forgotten()).toMatchObject([
      { outcome: 'unknown', tenantId: place.tenantId, resource: { kind: 'snapshot', id: made[0] } },
      { tenantId: place.tenantId, resource: { kind: 'snapshot', id: made[0] } },
    ]);
    expect(stored()).toContain(next);
    // by schedule space is given back once a day
    expect((await run()).pruned).toBeNull();
    clock.pass(dayMs);
    expect((await run()).pruned).toMatchObject({ packs: expect.any(Number) });
    expect((await run()).pruned).toBeNull();
    expect(await verify(4)).toMatchObject({ ok: true, problems: [] });
    expect(restic(folder(), recoveryKey, 'check', '--read-data')).toContain('no errors were found');
  });

  test('72 hours are no less than that', async () => {
    await setPolicy();
    await backUp();
    await backUp();
    await backUp();
    await run();
    clock.pass(3 * dayMs - 2 * hourMs - 60_000);
    await backUp();
    await backUp(); // its hour ends a minute before
    expect((await run()).removed).toEqual([]);
    clock.pass(60_000);
    expect((await run()).removed.length).toBe(1);
  });

  test('a mark can be taken back, and begins anew with the next run', async () => {
    const { going } = await dueForRemoval();
    const [first = ''] = going;
    await place.manager.retention.unmarkSnapshot({ snapshotId: first }, place.operation('backup.unmark'));
    const result = await run();
    expect(result.removed).not.toContain(first);
    expect(result.marked).toContain(first);
    expect((await marks()).find(({ snapshotId }) => snapshotId === first)).toMatchObject({
      backupsMissing: 2,
      removing: false,
    });
  });

  test('a larger policy takes marks back', async () => {
    const { going } = await dueForRemoval();
    await setPolicy({ last: 50 });
    expect(await run()).toMatchObject({ removed: [], unmarked: expect.arrayContaining(going) });
    expect(stored()).toEqual(expect.arrayContaining(going));
  });

  test('lets an old safety snapshot go where there are fewer backups than the minimum', async () => {
    await setPolicy({ minimum: 10 });
    const safety = await backUp();
    await backUp();
    await place.control.write((transaction) => {
      transaction.sql('UPDATE snapshots SET safety = 1 WHERE id = ?').run(safety);
    });
    clock.pass(31 * dayMs); // as long as a restore can be taken back
    expect(await run()).toMatchObject({ marked: [safety] });
    clock.pass(3 * dayMs);
    for (let made = 0; made < 2; made += 1) await backUp();
    expect(await run()).toMatchObject({ removed: [safety] });
    expect(stored()).not.toContain(safety);
  });

  test('never leaves fewer than the minimum in the repository, whatever the catalogue says', async () => {
    const { staying } = await dueForRemoval();
    const [vanished = ''] = staying.slice(-1);
    rmSync(join(folder(), 'snapshots', vanished));
    const before = stored();
    await expect(run()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(stored()).toEqual(before);
    expect(forgotten()).toEqual([]);
  });

  test('stops where the clock was set back', async () => {
    await dueForRemoval();
    clock.pass(-dayMs);
    await expect(run()).rejects.toMatchObject({ code: 'CONFLICT', message: /clock was set back/ });
    clock.pass(dayMs);
    expect((await run()).removed.length).toBe(3);
  });

  test('spares the newest that was verified, and what a restore may still be taken back with', async () => {
    await setPolicy();
    const verified = await backUp();
    await verify(4);
    await backUp();
    const restored = await place.finished<RestoreResult>(
      place.manager.restoreBackup(
        { tenant: 'acme', snapshotId: verified, destination: { kind: 'in-place' }, reason },
        place.operation('backup.restore'),
      ),
    );
    await backUp();
    await backUp();
    await run();
    clock.pass(4 * dayMs);
    await backUp();
    await backUp();
    await run();
    const { undo_snapshot_id: undo } = place.control
      .sql<{ undo_snapshot_id: string }>('SELECT undo_snapshot_id FROM restores')
      .get() ?? { undo_snapshot_id: '' };
    expect(restored.undoId).not.toBeNull();
    expect(stored()).toEqual(expect.arrayContaining([verified, undo]));
    clock.pass(27 * dayMs);
    await backUp();
    expect((await run()).marked).toContain(undo);
  });
});

describe('a legal hold', () => {
  test('on a snapshot keeps it, marked or not, until it is lifted', async () => {
    const { going } = await dueForRemoval();
    const [first = ''] = going;
    const hold = await place.manager.retention.placeHold(
      { snapshotId: first.slice(0, 12), reason: 'a lawsuit' },
      place.operation('backup.hold.place'),
    );
    const result = await run();
    expect(result.removed.length).toBe(2);
    expect(stored()).toContain(first);
    await place.manager.retention.liftHold(
      { holdId: hold.id, reason: 'it was settled' },
      place.operation('backup.hold.lift'),
    );
    expect((await run()).marked).toContain(first);
    expect((await place.manager.retention.listHolds({ limit: 10, state: 'lifted' })).items).toMatchObject([
      { snapshotId: first, reason: 'a lawsuit', lifted: { reason: 'it was settled' } },
    ]);
  });

  test('on a tenant keeps all of it, and the tenant', async () => {
    const { going } = await dueForRemoval();
    await place.manager.retention.placeHold(
      { tenant: 'acme', reason: 'a lawsuit' },
      place.operation('backup.hold.place'),
    );
    expect(await run()).toMatchObject({ marked: [], removed: [] });
    expect(stored()).toEqual(expect.arrayContaining(going));
    expect(() => place.manager.retention.requireUnheld(place.tenantId)).toThrow(/legal hold/);
  });
});

describe('a run that is cut off', () => {
  /** Control.db as it is for a process that dies at its n-th transaction, before or right after it is durable. */
  function dying(at: number, moment: 'before' | 'after'): { control: Store; died: () => boolean } {
    let writes = 0;
    let died = false;
    const { control } = place;
    const dead = new Error('the process was killed');
    return {
      died: () => died,
      control: new Proxy(control, {
        get(target, name) {
          if (name !== 'write') {
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          }
          return async (change: Parameters<Store['write']>[0]) => {
            writes += 1;
            died ||= writes >= at;
            if (died && (moment === 'before' || writes > at)) throw dead;
            const result = await target.write(change);
            if (died) throw dead;
            return result;
          };
        },
      }),
    };
  }

  test.each(['before', 'after'] as const)(
    'at any transaction, %s it is durable, says nothing false and is ended by the next',
    async (moment) => {
      let deaths = 0;
      for (let at = 1; ; at += everyCall ? 1 : 2) {
        const { going } = await dueForRemoval(1);
        const { control, died } = dying(at, moment);
        const failing = new BackupManager({ ...place.parts, control });
        await run(failing).catch(() => undefined);
        if (died()) deaths = at;
        // whatever was done, nobody is told of a snapshot that vanished
        expect({ at, ...(await verify(0)) }).toMatchObject({ at, ok: true, problems: [] });
        await run();
        expect({ at, stored: stored() }).toEqual({ at, stored: catalogued() });
        for (const id of going) expect(stored()).not.toContain(id);
        const told = forgotten()
          .filter(({ outcome }) => outcome === undefined)
          .map(({ resource }) => resource.id);
        // each told once, in whichever run
        expect(new Set(told).size).toBe(told.length);
        expect(told).toEqual(expect.arrayContaining(going));
        expect(stored().filter((id) => told.includes(id))).toEqual([]);
        expect(await verify(0)).toMatchObject({ ok: true, problems: [] });
        if (!died()) break;
      }
      expect(deaths).toBeGreaterThanOrEqual(3);
      expect(await verify(4)).toMatchObject({ ok: true, problems: [] });
      expect(restic(folder(), recoveryKey, 'check', '--read-data')).toContain('no errors were found');
    },
    300_000,
  );
});

describe('while a repository is in use', () => {
  test('by another program, nothing is removed from it, and the next run does it', async () => {
    const { going } = await dueForRemoval();
    const { target, keys } = place.parts;
    const access = {
      location: target.repository(place.tenantId).location,
      password: keys.password(place.tenantId),
      recovery: keys.recovery(),
    };
    await withRepository(access, async (repository) => {
      const lock = await repository.lock(false);
      expect(await run()).toMatchObject({ removed: [], waiting: true });
      await lock.release();
    });
    expect((await run()).removed.sort()).toEqual([...going].sort());
    expect(existsSync(join(folder(), 'snapshots', going[0] ?? ''))).toBe(false);
  });
});

describe('a simulation', () => {
  test('says what stays and why, what goes, and what the repository then holds', async () => {
    // both backups on one day, at whatever hour this runs
    clock.pass(dayMs - (clock.now() % dayMs));
    await place.addFile('old', Buffer.from('only in the first '.repeat(20_000)));
    const first = await backUp();
    await place.tenant
      .write((transaction) => void transaction.sql('DELETE FROM files').run())
      .catch(() => undefined);
    const second = await backUp();
    const simulate = async (changed: Partial<RetentionPolicy>): Promise<RetentionSimulation> =>
      retentionSimulation.parse(
        await place.finished(
          place.manager.retention.simulateRetention(
            { tenant: 'acme', policy: { ...policy, ...changed } },
            place.operation('backup.retention.simulate'),
          ),
        ),
      );
    const all = await simulate({ last: 5 });
    expect(all).toMatchObject({ kept: { snapshots: 2 }, removed: { snapshots: 0, bytes: 0 }, looseBytes: 0 });
    const one = await simulate({ last: 1 });
    expect(one.snapshots).toMatchObject([
      { id: second, reasons: ['last', 'newest'] },
      { id: first, reasons: [] },
    ]);
    expect(one.removed.bytes).toBeGreaterThan(0);
    expect(one.kept.bytes + one.removed.bytes).toBe(all.kept.bytes);
    expect(one.cost.trees).toBeGreaterThan(4);
    expect(all.ahead.map(({ snapshots }) => snapshots)).toEqual([5, 5, 5, 5]);
    const daily = await simulate({ last: 0, daily: 14 });
    expect(daily.ahead.map(({ snapshots }) => snapshots)).toEqual([8, 14, 14, 14]);
  });
});
