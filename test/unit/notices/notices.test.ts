import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EndedJob, Notices } from '../../../main/notices/notices.ts';
import type { Operation } from '../../../main/operations/operation.ts';
import { controlMigrations } from '../../../main/storage/migrations/control.ts';
import type { OpenStore } from '../../../main/storage/open-store.ts';
import { type Uuid, uuidSource } from '../../../shared/ids.ts';
import { makePlace, type Place } from '../../doubles/store-place.ts';

const day = 86_400_000;
const operatorId = '01900000-0000-7000-8000-000000000001' as Uuid;
let place: Place;
let control: OpenStore;
let now: number;
let notices: Notices;
let recorded: unknown[];

beforeEach(async () => {
  place = makePlace();
  control = await place.open({ migrations: controlMigrations });
  now = Date.UTC(2026, 5, 1);
  recorded = [];
  const clock = { now: () => now, monotonicMicros: () => now * 1_000 };
  const ids = uuidSource(clock.now, (length) => crypto.getRandomValues(new Uint8Array(length)));
  notices = new Notices({ control, clock, ids, operatorName: (id) => (id === operatorId ? 'Ada' : null) });
});
afterEach(async () => {
  await control.close();
  place.remove();
});

const operation: Operation = {
  id: operatorId,
  action: 'alert.acknowledge',
  caller: { kind: 'operator', id: operatorId, name: 'Ada', role: 'owner', sessionId: operatorId },
  signal: new AbortController().signal,
  record: (_, details) => void recorded.push(details),
  describe: () => {},
};

let count = 0;
function job(change: Partial<EndedJob> = {}): EndedJob {
  count += 1;
  const id = `01900000-0000-7000-8000-${String(count).padStart(12, '0')}` as Uuid;
  const error = { code: 'STORAGE_FULL' as const, data: { where: 'target' } };
  return {
    id,
    kind: 'backup.create',
    tenantId: null,
    requestedBy: operatorId,
    state: 'failed',
    error,
    ...change,
  };
}
const end = (...jobs: EndedJob[]) =>
  control.write((transaction) => {
    for (const each of jobs) notices.jobEnded(transaction, each);
  });
const list = (input: Partial<Parameters<Notices['listNotices']>[0]> = {}) =>
  notices.listNotices({ limit: 100, ...input });

test('keeps what failed, and not what its asker sees or wanted', async () => {
  const conflict = { code: 'CONFLICT' as const, data: {} };
  await end(
    job({ state: 'succeeded', error: null }),
    job({ state: 'cancelled', error: { code: 'CANCELLED', data: {} } }),
    job({ kind: 'data.import', error: conflict }),
    job({ kind: 'backup.restore.plan' }),
    job({ kind: 'backup.restore.open' }),
    job({ kind: 'backup.retention.simulate' }),
    job({ kind: 'audit.verify', error: { code: 'INTEGRITY', data: {} } }),
    job({ kind: 'data.import', state: 'interrupted', error: { code: 'INTERRUPTED', data: {} } }),
  );
  const { items, open } = await list();
  expect(open).toBe(2);
  expect(items.map(({ kind, severity, jobKind }) => [kind, severity, jobKind]).sort()).toEqual([
    ['job-failed', 'critical', 'audit.verify'],
    ['job-interrupted', 'warning', 'data.import'],
  ]);
});

test('a backup whose repository is gone is no question asked wrongly, nor is anything that the schedule asked', async () => {
  const gone = { code: 'NOT_FOUND' as const, data: { kind: 'repository' } };
  await end(job({ error: gone }), job({ kind: 'data.export', requestedBy: null, error: gone }));
  expect((await list()).items.map(({ jobKind }) => jobKind).sort()).toEqual(['backup.create', 'data.export']);
});

test('a night of the same failure leaves one notice, about the newest', async () => {
  for (let round = 0; round < 40; round += 1) {
    now += 15 * 60_000;
    await end(job());
  }
  const newest = job();
  now += 1;
  await end(newest);
  const { items, open } = await list();
  expect(open).toBe(1);
  expect(items).toMatchObject([{ jobId: newest.id, time: new Date(now).toISOString() }]);
});

test('the same trouble after it was acknowledged is a new notice', async () => {
  await end(job());
  const first = (await list()).items.map(({ id }) => id);
  expect(await notices.acknowledgeNotices({ noticeIds: first }, operation)).toEqual({ acknowledged: 1 });
  expect(await notices.acknowledgeNotices({ noticeIds: first }, operation)).toEqual({ acknowledged: 0 });
  now += 1;
  await end(job());
  expect((await list()).open).toBe(1);
  expect((await list({ state: 'acknowledged' })).items).toMatchObject([
    { id: first[0], acknowledgedBy: 'Ada', acknowledgedAt: expect.any(String) },
  ]);
  expect((await list({ state: 'open' })).items).toHaveLength(1);
  expect(recorded).toMatchObject([{ facts: { acknowledged: 1 } }, { facts: { acknowledged: 0 } }]);
});

test('missed backups: one for each owner, with the newest due time', async () => {
  await notices.backupMissed(null, now - day);
  await notices.backupMissed(null, now);
  await notices.backupMissed(operatorId, now);
  const { items } = await list();
  expect(items).toHaveLength(2);
  expect(items.find(({ tenantId }) => tenantId === null)).toMatchObject({
    kind: 'backup-missed',
    dueAt: new Date(now).toISOString(),
  });
});

test('pages join without gap or repeat, and a cursor of another filter is refused', async () => {
  for (let at = 0; at < 7; at += 1) {
    now += at % 3;
    await end(job({ kind: `kind.${at}` }));
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 2, cursor });
    seen.push(...page.items.map(({ jobKind }) => jobKind ?? ''));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(['kind.6', 'kind.5', 'kind.4', 'kind.3', 'kind.2', 'kind.1', 'kind.0']);
  const { next } = await list({ limit: 2 });
  await expect(list({ cursor: next ?? '', state: 'open' })).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('what was acknowledged 90 days ago goes, what is open stays', async () => {
  await end(job({ kind: 'old.one' }), job({ kind: 'open.one' }));
  const old = (await list()).items.filter(({ jobKind }) => jobKind === 'old.one').map(({ id }) => id);
  await notices.acknowledgeNotices({ noticeIds: old }, operation);
  now += 91 * day;
  await notices.prune();
  expect((await list()).items.map(({ jobKind }) => jobKind)).toEqual(['open.one']);
});
