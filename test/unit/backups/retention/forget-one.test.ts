import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withRepository } from '../../../../main/backups/repository-access.ts';
import { askToGo } from '../../../../main/backups/retention/asked.ts';
import { addMark, beginRemoval } from '../../../../main/backups/retention/marks.ts';
import { forgetPlan, forgetResult } from '../../../../shared/contract/backups/forget.ts';
import type { RetentionRun } from '../../../../shared/contract/backups/retention.ts';
import type { BackupVerification } from '../../../../shared/contract/backups.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';
import { ShiftedClock } from '../../../doubles/shifted-clock.ts';

const dayMs = 86_400_000;
const reason = 'a test of forgetting';
let clock: ShiftedClock;
let place: Protected;

beforeEach(async () => {
  clock = new ShiftedClock();
  place = await makeProtected({ clock });
  const policy = { last: 9, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 2 };
  await place.manager.retention.setRetention({ tenant: 'acme', policy, reason }, place.operation());
});
afterEach(() => place.close());

async function backUp(): Promise<string> {
  clock.pass(3_600_000);
  await place.put('orders', 'one', { at: clock.now() });
  return (await place.snapshot()).id;
}

const plan = async (snapshotId: string) =>
  forgetPlan.parse(
    await place.finished(
      place.manager.retention.planForget({ snapshotId }, place.operation('backup.forget.plan')),
    ),
  );
const forget = async (snapshotId: string) =>
  forgetResult.parse(
    await place.finished(
      place.manager.retention.forgetSnapshot(
        { snapshotId, reason },
        place.operation('backup.forget.request'),
      ),
    ),
  );
const run = () =>
  place.finished<RetentionRun>(
    place.manager.retention.applyRetention({ tenant: 'acme' }, place.operation('backup.retention.apply')),
  );
const verify = () =>
  place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity({ tenant: 'acme', level: 2 }, place.operation('backup.verify')),
  );
const folder = () => place.parts.target.repository(place.tenantId).location.path;
const snapshotFile = (id: string) => join(folder(), 'snapshots', id);
const stored = () => readdirSync(join(folder(), 'snapshots')).sort();
const access = () => ({
  location: place.parts.target.repository(place.tenantId).location,
  password: place.parts.keys.password(place.tenantId),
  recovery: place.parts.keys.recovery(),
});
const prune = () => withRepository(access(), (repository) => repository.prune());
const told = (id: string) =>
  place.recorded
    .filter(({ action, resource }) => action === 'backup.forget' && resource.id === id)
    .map(({ outcome }) => outcome ?? 'success');

/** Flips a bit inside a file; only its owner may write to it, and it is root here. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  rmSync(file);
  writeFileSync(file, bytes);
}

describe('a sound snapshot', () => {
  test('is marked although the policy keeps it, goes after the wait, and is not missed', async () => {
    const [before, going, after] = [await backUp(), await backUp(), await backUp()];
    expect(await plan(going)).toMatchObject({
      state: 'sound',
      outcome: 'marked',
      obstacles: [],
      reasons: expect.arrayContaining(['last']),
      bytesFreed: expect.any(Number),
    });
    expect((await plan(going)).bytesFreed).toBeGreaterThan(0);
    expect(await forget(going.slice(0, 12))).toMatchObject({ snapshotId: going, outcome: 'marked' });
    expect(await run()).toMatchObject({ marked: [], unmarked: [], removed: [] });
    const { items } = await place.manager.retention.listRemovalMarks({ tenant: 'acme', limit: 9 });
    expect(items).toMatchObject([{ snapshotId: going, byHand: true }]);
    clock.pass(3 * dayMs);
    const later = [await backUp(), await backUp()];
    expect(await run()).toMatchObject({ removed: [going] });
    expect(stored()).toEqual([before, after, ...later].sort());
    expect(told(going)).toEqual(['unknown', 'success']);
    expect(await verify()).toMatchObject({ ok: true });
  });

  test('stays where its mark is taken back: the policy decides again', async () => {
    const [going] = [await backUp(), await backUp(), await backUp()];
    await forget(going);
    await place.manager.retention.unmarkSnapshot({ snapshotId: going }, place.operation());
    expect(await run()).toMatchObject({ marked: [], removed: [] });
    expect((await plan(going)).reasons).toContain('last');
  });

  test('stays under legal hold, and where the minimum would be missed', async () => {
    const [first, second] = [await backUp(), await backUp()];
    expect(await plan(first)).toMatchObject({ outcome: 'refused', obstacles: ['minimum'] });
    await expect(forget(first)).rejects.toMatchObject({ code: 'CONFLICT' });
    await backUp();
    await forget(first);
    await place.manager.retention.placeHold({ snapshotId: second, reason }, place.operation());
    // what goes already is counted by no minimum
    expect(await plan(second)).toMatchObject({ outcome: 'refused', obstacles: ['hold', 'minimum'] });
    await expect(forget(second)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('a snapshot that is damaged beyond healing', () => {
  test('goes at once and no longer stops a prune; the log tells of it, so it is not missed', async () => {
    const [first, second] = [await backUp(), await backUp()];
    damage(snapshotFile(first));
    await expect(prune()).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(await plan(first)).toMatchObject({ state: 'damaged', outcome: 'removed', obstacles: [] });
    const { id: holdId } = await place.manager.retention.placeHold(
      { tenant: 'acme', reason },
      place.operation(),
    );
    await expect(forget(first)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(stored()).toContain(first);
    await place.manager.retention.liftHold({ holdId, reason }, place.operation());
    expect(await forget(first)).toMatchObject({ state: 'damaged', outcome: 'removed', removableAt: null });
    expect(stored()).toEqual([second]);
    expect(told(first)).toEqual(['unknown', 'success']);
    expect(await prune()).toMatchObject({ packsRemoved: expect.any(Number) });
    expect(await verify()).toMatchObject({ ok: true, problems: [] });
  });

  test('goes where a blob of it is lost, or its whole file; the next run ends a removal that was cut off', async () => {
    const missing = await backUp();
    const names = () => readdirSync(join(folder(), 'data'), { recursive: true }).map(String);
    const packs = new Set(names());
    const damagedOne = await backUp();
    rmSync(join(folder(), 'data', names().find((name) => name.length > 64 && !packs.has(name)) ?? ''));
    rmSync(snapshotFile(missing));
    expect((await plan(damagedOne)).state).toBe('damaged');
    expect(await forget(missing)).toMatchObject({ state: 'missing', outcome: 'removed' });
    expect(told(missing)).toEqual(['unknown', 'success']);
    const cut = damagedOne;
    const later = [await backUp(), await backUp()];
    await place.control.write((transaction) => {
      addMark(transaction, { snapshotId: cut, owner: place.tenantId, markedAt: clock.now() });
      askToGo(transaction, cut);
      beginRemoval(transaction, cut, place.parts.ids.uuid());
    });
    expect(await run()).toMatchObject({ removed: [cut] });
    expect(stored()).toEqual(later.sort());
  });
});
