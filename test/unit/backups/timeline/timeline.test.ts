import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { packCommits } from '../../../../main/backups/timeline/commit-blocks.ts';
import { addCommitTimes, trimCommitTimes } from '../../../../main/backups/timeline/commit-times.ts';
import type { BackupTimeline } from '../../../../shared/contract/backups/timeline.ts';
import type { RestorePlan, RestoreResult } from '../../../../shared/contract/backups.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

interface Commit {
  readonly seq: number;
  readonly time: string;
}

const clockNow = () =>
  place.tenant.sql<{ seq: number; time: number }>('SELECT seq, time FROM commit_clock').get();

/** Commits at distinct times, as the database's own clock says. */
async function commit(count: number): Promise<Commit[]> {
  const made: Commit[] = [];
  for (let at = 0; at < count; at += 1) {
    await place.put('orders', `order-${at}`, { at, now: Date.now() });
    const { seq, time } = clockNow() ?? { seq: 0, time: 0 };
    made.push({ seq, time: new Date(time).toISOString() });
    await setTimeout(4);
  }
  return made;
}

const timeline = (asked: { around?: string; from?: string; to?: string; buckets?: number } = {}) =>
  place.manager.getBackupTimeline({ tenant: 'acme', buckets: 200, ...asked });
const commitsIn = ({ buckets }: BackupTimeline) => buckets.reduce((sum, { commits }) => sum + commits, 0);
const just = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString();

test('before the first backup there is nothing to be had', async () => {
  await commit(2);
  const now = new Date().toISOString();
  expect(await timeline({ around: now })).toMatchObject({
    snapshots: [],
    recorded: [],
    gaps: [],
    begins: null,
    capturedTo: null,
    nearest: { at: now, before: null, after: null },
  });
});

test('each recorded commit is found by its number and its time, and restored by it', async () => {
  await commit(2);
  await place.snapshot();
  const saved = await commit(6);
  const second = await place.snapshot();
  const waiting = await commit(3);
  await vi.waitFor(async () => expect(commitsIn(await timeline())).toBe(saved.length + waiting.length), 8000);
  const all = [...saved, ...waiting];
  for (const [at, { seq, time }] of all.entries()) {
    const { nearest } = await timeline({ around: just(time, 1) });
    expect(nearest?.before).toMatchObject({ seq, time, exact: true });
    expect(nearest?.after ?? null).toEqual(all[at + 1] ?? null);
  }
  const shown = await timeline();
  expect(shown.snapshots.map(({ id }) => id)[0]).toBe(second.id);
  expect(shown.recorded).toHaveLength(1);
  expect(shown.gaps).toEqual([]);
  expect(shown.capturedTo).not.toBeNull();
  const [first] = saved;
  if (first === undefined) throw new Error('no commit');
  const plan = await place.finished<RestorePlan>(
    place.manager.planRestore(
      { tenant: 'acme', at: just(first.time, 1), destination: { kind: 'in-place' } },
      place.operation('backup.restore.plan'),
    ),
  );
  expect(plan.changes).toMatchObject([{ collection: 'orders', lost: 4 }]);
});

test('a window counts only what lies in it', async () => {
  await place.snapshot();
  const made = await commit(8);
  await place.snapshot();
  const [from, to] = [made[2]?.time, made[5]?.time];
  const shown = await timeline({ from: from ?? '', to: to ?? '', buckets: 7 });
  expect(shown.buckets.length).toBeLessThanOrEqual(7);
  // the window ends where it says, and that commit is its edge
  expect(commitsIn(shown)).toBeGreaterThanOrEqual(3);
  expect(commitsIn(shown)).toBeLessThanOrEqual(4);
  expect(shown.from).toBe(from);
  expect(shown.to).toBe(to);
  expect(await timeline({ from: '2020-01-01T00:00:00.000Z', to: '2020-02-01T00:00:00.000Z' })).toMatchObject({
    snapshots: [],
    recorded: [],
  });
});

test('a restore in place is told, and the line before it can still be had', async () => {
  await place.snapshot();
  const [first] = await commit(3);
  await place.snapshot();
  if (first === undefined) throw new Error('no commit');
  const { restoreId } = await place.finished<RestoreResult>(
    place.manager.restoreBackup(
      { tenant: 'acme', at: just(first.time, 1), destination: { kind: 'in-place' }, reason: 'a test' },
      place.operation('backup.restore'),
    ),
  );
  const shown = await timeline({ around: just(first.time, 1) });
  expect(shown.restores).toMatchObject([{ restoreId }]);
  expect(shown.snapshots.some(({ safety }) => safety)).toBe(true);
  expect(shown.nearest?.before).toMatchObject({ seq: first.seq, time: first.time, exact: true });
});

test('what was told twice, after a kill, is there once; what no snapshot reaches is forgotten', async () => {
  await place.snapshot();
  const made = await commit(5);
  await place.snapshot();
  const { control } = place;
  const stored = control.sql('SELECT * FROM commit_times').all();
  expect(stored).toHaveLength(1);
  const again = packCommits(made.map(({ seq, time }): [number, number] => [seq, Date.parse(time)]));
  await control.write((transaction) => addCommitTimes(transaction, place.tenantId, again));
  expect(commitsIn(await timeline())).toBe(5);
  await control.write((transaction) => {
    transaction.sql('DELETE FROM snapshots').run();
    trimCommitTimes(transaction, place.tenantId);
  });
  expect(control.sql('SELECT * FROM commit_times').all()).toEqual([]);
});

test('of a log whose commits were never counted, a moment is still said to come back', async () => {
  await place.snapshot();
  const [, second] = await commit(3);
  await place.snapshot();
  await place.control.write((transaction) => transaction.sql('DELETE FROM commit_times').run());
  const at = just(second?.time ?? '', 1);
  const shown = await timeline({ around: at });
  expect(shown.nearest?.before).toEqual({ seq: null, time: at, exact: true, snapshotId: null });
  expect(shown.recorded).toHaveLength(1);
});

test('the installation has a timeline of its own', async () => {
  const started = () =>
    place.finished(
      place.manager.createBackup({ scope: { installation: true }, kind: 'incremental' }, place.operation()),
    );
  await started();
  await started();
  const shown = await place.manager.getBackupTimeline({ installation: true, buckets: 50 });
  expect(shown).toMatchObject({ tenantId: null, gaps: [] });
  expect(shown.snapshots).toHaveLength(2);
  expect(commitsIn(shown)).toBeGreaterThan(0);
});
