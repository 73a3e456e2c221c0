import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobContext, JobRequest } from '../../../main/jobs/job-runner.ts';
import { Jobs } from '../../../main/jobs/jobs.ts';
import { type Job, job } from '../../../shared/contract/suite.ts';
import { HoldfastError, type JsonValue } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type ControlStand, controlStand, ownerCaller } from '../../doubles/control.ts';

let stand: ControlStand;
let jobs: Jobs;

beforeEach(async () => {
  stand = await controlStand();
  jobs = newJobs();
});

afterEach(async () => {
  await jobs.stop(50);
  await stand.close();
});

const newJobs = () =>
  new Jobs({
    control: stand.store,
    clock: stand.clock,
    ids: stand.ids,
    log: (error) => stand.errors.push(error),
    retryMs: 20,
  });

function request<Result extends JsonValue>(
  run: (context: JobContext) => Promise<Result>,
  more: Partial<JobRequest<Result>> = {},
): JobRequest<Result> {
  const operation = stand.operation('data.import');
  return { kind: 'import', tenantId: null, resource: 'data', operation, run, ...more };
}

const untilAborted = ({ operation: { signal } }: JobContext): Promise<never> =>
  new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });

async function seen(jobId: Uuid): Promise<Job[]> {
  const all: Job[] = [];
  for await (const each of jobs.watch(jobId)) all.push(each);
  return all;
}
const end = async (jobId: Uuid) => (await seen(jobId)).at(-1);

/** What the table says, past anything that is only in memory. */
const stored = (jobId: Uuid) =>
  stand.store
    .sql<{ state: string; phase: string; done: number }>('SELECT state, phase, done FROM job WHERE id = ?')
    .get(jobId);

test('a job ends with its result, and every view of it is of the contract', async () => {
  const caller = ownerCaller(stand.ids.uuid(), stand.ids.uuid());
  const operation = stand.operation('data.import', { caller });
  const go = Promise.withResolvers<void>();
  const { jobId } = await jobs.start(
    request(
      async ({ progress }) => {
        progress.phase('Reading rows', 10, 'rows');
        progress.advance(4);
        await go.promise;
        progress.advance(6);
        return { imported: 10 };
      },
      { operation },
    ),
  );
  expect(stored(jobId)?.state).toBe('running');
  const watching = seen(jobId);
  expect(jobs.getJob({ jobId })).toMatchObject({
    state: 'running',
    phase: 'Reading rows',
    done: 4,
    total: 10,
  });
  go.resolve();
  const all = await watching;
  for (const each of all) expect(job.parse(each)).toEqual(each);
  expect(all.at(-1)).toMatchObject({
    state: 'succeeded',
    done: 10,
    unit: 'rows',
    result: { imported: 10 },
    error: null,
    requestedBy: caller.kind === 'operator' ? caller.id : null,
  });
  expect(jobs.getJob({ jobId })).toEqual(all.at(-1));
});

test('the end is durable before anyone sees it', async () => {
  const { jobId } = await jobs.start(request(async () => 1));
  for await (const each of jobs.watch(jobId)) {
    if (each.endedAt !== null) expect(stored(jobId)?.state).toBe('succeeded');
  }
});

test('a resource has one holder, who is named, and is free again once its end is seen', async () => {
  const first = await jobs.start(request(untilAborted));
  await expect(jobs.start(request(async () => 2))).rejects.toMatchObject({
    code: 'LOCKED',
    data: { holder: { jobId: first.jobId, kind: 'import' } },
  });
  await jobs.start(request(async () => 3, { resource: 'other' }));
  await jobs.cancelJob(first, stand.operation('job.cancel'));
  await end(first.jobId);
  await jobs.start(request(async () => 4));
});

test('a job that wants a tenant alone starts beside none that works on it, and none starts beside it', async () => {
  const [tenant, another] = [stand.ids.uuid(), stand.ids.uuid()];
  const scopes = {
    'of the tenant': { resource: 'a', tenantId: tenant },
    'of every tenant': { resource: 'b', everyTenant: true },
    'that wants it alone too': { resource: 'c', alone: tenant },
    'of another tenant': { resource: 'd', tenantId: another },
    'of no tenant': { resource: 'e' },
  } as const;
  const alone = { resource: 'f', alone: tenant };
  const besides: { [what: string]: string[] } = {};
  for (const [what, scope] of Object.entries(scopes)) {
    besides[what] = [];
    for (const [first, second] of [
      [scope, alone],
      [alone, scope],
    ] as const) {
      const held = await jobs.start(request(untilAborted, first));
      const beside = await jobs.start(request(async () => 1, second)).then(
        async ({ jobId }) => (await end(jobId))?.state ?? '',
        ({ code, data }) => `${code} by ${data.holder.jobId === held.jobId ? 'the first' : 'another'}`,
      );
      besides[what].push(beside);
      await jobs.cancelJob(held, stand.operation('job.cancel'));
      await end(held.jobId);
    }
  }
  const refused = ['LOCKED by the first', 'LOCKED by the first'];
  expect(besides).toEqual({
    'of the tenant': refused,
    'of every tenant': refused,
    'that wants it alone too': refused,
    'of another tenant': ['succeeded', 'succeeded'],
    'of no tenant': ['succeeded', 'succeeded'],
  });
});

test('two asked at once: one starts', async () => {
  const asked = await Promise.allSettled([
    jobs.start(request(untilAborted)),
    jobs.start(request(untilAborted)),
  ]);
  expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('cancelling is cooperative, audited once, and shown', async () => {
  const { jobId } = await jobs.start(request(untilAborted));
  const watching = seen(jobId);
  const cancel = () => jobs.cancelJob({ jobId }, stand.operation('job.cancel'));
  await Promise.all([cancel(), cancel()]);
  const states = (await watching).map(({ state }) => state);
  expect(states.at(-1)).toBe('cancelled');
  expect(jobs.getJob({ jobId }).error?.code).toBe('CANCELLED');
  expect(stand.entries).toEqual([
    { action: 'job.cancel', resource: { kind: 'job', id: jobId }, facts: { kind: 'import' } },
  ]);
  await expect(cancel()).rejects.toMatchObject({ code: 'CONFLICT', data: { state: 'cancelled' } });
});

test('a job that does not listen is given up on after its grace, and keeps its resource until it returns', async () => {
  const late = Promise.withResolvers<number>();
  const { jobId } = await jobs.start(request(() => late.promise, { graceMs: 30 }));
  await jobs.cancelJob({ jobId }, stand.operation('job.cancel'));
  expect(jobs.getJob({ jobId }).state).toBe('cancelling');
  expect(await end(jobId)).toMatchObject({ state: 'cancelled', error: { data: { gaveUp: true } } });
  await expect(jobs.start(request(async () => 1))).rejects.toMatchObject({ code: 'LOCKED' });
  late.resolve(1);
  await delay(20);
  expect(jobs.getJob({ jobId })).toMatchObject({ state: 'cancelled', result: null });
  await jobs.start(request(async () => 1));
});

test('a job that ends well although cancelled has succeeded; one that fails otherwise has failed', async () => {
  const full = new HoldfastError('STORAGE_FULL', 'full', { where: 'files' });
  const finishing = await jobs.start(request((context) => untilAborted(context).catch(() => 'done')));
  const failing = await jobs.start(
    request((context) => untilAborted(context).catch(() => Promise.reject(full)), { resource: 'b' }),
  );
  for (const each of [finishing, failing]) await jobs.cancelJob(each, stand.operation('job.cancel'));
  expect(await end(finishing.jobId)).toMatchObject({ state: 'succeeded', result: 'done' });
  expect(await end(failing.jobId)).toMatchObject({ state: 'failed', error: { code: 'STORAGE_FULL' } });
});

test('an error is kept as code, message and data; what is inside goes to the log only', async () => {
  const known = await jobs.start(
    request(() => Promise.reject(new HoldfastError('QUOTA_EXCEEDED', 'too much', { quota: 'users' }))),
  );
  expect((await end(known.jobId))?.error).toEqual({
    code: 'QUOTA_EXCEEDED',
    message: 'too much',
    data: { quota: 'users' },
  });
  expect(stand.errors).toEqual([]);
  const raw = new RangeError('/secret/path');
  const unknown = request(() => Promise.reject(raw));
  const { jobId } = await jobs.start(unknown);
  const ended = await end(jobId);
  expect(ended).toMatchObject({
    state: 'failed',
    error: { code: 'INTERNAL', data: { correlationId: unknown.operation.id } },
  });
  expect(JSON.stringify(ended)).not.toContain('secret');
  expect(stand.errors).toEqual([raw]);
});

test('progress is shown at most 4 times a second and stored at most every 2 seconds', async () => {
  const startSeq = () => stand.store.sql<{ seq: number }>('SELECT seq FROM commit_clock').get()?.seq ?? 0;
  const { jobId } = await jobs.start(
    request(async ({ progress }) => {
      progress.phase('Reading rows', null, 'rows');
      for (let round = 0; round < 60; round += 1) {
        for (let each = 0; each < 1000; each += 1) progress.advance(1);
        await delay(20);
      }
      return null;
    }),
  );
  const before = startSeq();
  const all = await seen(jobId);
  expect(all.at(-1)).toMatchObject({ done: 60_000, total: null });
  expect(all.length).toBeGreaterThan(3);
  expect(all.length).toBeLessThan(12);
  expect(startSeq() - before).toBe(1);
});

test('progress reaches the table while the job runs', async () => {
  jobs = new Jobs({
    control: stand.store,
    clock: stand.clock,
    ids: stand.ids,
    log: () => {},
    storeEveryMs: 20,
  });
  const { jobId } = await jobs.start(
    request(async (context) => {
      context.progress.phase('Packing', 100, 'bytes');
      context.progress.advance(40);
      return untilAborted(context);
    }),
  );
  await delay(100);
  expect(stored(jobId)).toEqual({ state: 'running', phase: 'Packing', done: 40 });
});

test('a reader who leaves, or whose call is aborted, costs nothing more', async () => {
  const { jobId } = await jobs.start(request(untilAborted));
  const call = new AbortController();
  const operation = stand.operation('jobs.watch', { signal: call.signal });
  const watching = jobs.watchJob({ jobId }, operation);
  expect((await watching.next()).value).toMatchObject({ state: 'running' });
  const next = watching.next();
  call.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  for await (const each of jobs.watch(jobId)) {
    expect(each.state).toBe('running');
    break;
  }
});

test('what a process leaves behind is interrupted at the next start', async () => {
  const { jobId } = await jobs.start(request(() => new Promise<never>(() => {})));
  await jobs.stop(10);
  await stand.reopen();
  jobs = newJobs();
  expect(await jobs.recover()).toBe(1);
  expect(await end(jobId)).toMatchObject({ state: 'interrupted', error: { code: 'INTERRUPTED' } });
  expect(await jobs.recover()).toBe(0);
});

test('stopping interrupts what listens, and nothing starts any more', async () => {
  const { jobId } = await jobs.start(request(untilAborted));
  const watching = seen(jobId);
  await jobs.stop(5000);
  expect((await watching).at(-1)).toMatchObject({ state: 'interrupted', error: { code: 'INTERRUPTED' } });
  expect(stored(jobId)?.state).toBe('interrupted');
  await expect(jobs.start(request(async () => 1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('an end that cannot be stored is told, and stored as soon as it can be', async () => {
  let full = true;
  const { store } = stand;
  const control: typeof store = Object.create(store, {
    sql: { value: store.sql.bind(store) },
    write: {
      value: (change: Parameters<typeof store.write>[0]) =>
        full ? Promise.reject(new HoldfastError('STORAGE_FULL', 'full')) : store.write(change),
    },
  });
  jobs = new Jobs({
    control,
    clock: stand.clock,
    ids: stand.ids,
    log: (e) => stand.errors.push(e),
    retryMs: 20,
  });
  full = false;
  const go = Promise.withResolvers<number>();
  const { jobId } = await jobs.start(request(() => go.promise));
  full = true;
  const watching = seen(jobId);
  go.resolve(1);
  await expect(watching).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  expect(stored(jobId)?.state).toBe('running');
  full = false;
  expect(await end(jobId)).toMatchObject({ state: 'succeeded' });
});

test('lists are newest first, by page, by state and by kind', async () => {
  const started: Uuid[] = [];
  for (let n = 0; n < 5; n += 1) {
    const run = async () => (n % 2 === 0 ? n : Promise.reject(new HoldfastError('IO', 'no')));
    const { jobId } = await jobs.start(request(run, n < 2 ? { kind: 'audit.verify' } : {}));
    await end(jobId);
    started.unshift(jobId);
    if (n === 2) stand.clock.advance(10);
  }
  const ids = ({ items }: { items: Job[] }) => items.map(({ id }) => id);
  const first = jobs.listJobs({ limit: 2 });
  const second = jobs.listJobs({ limit: 2, cursor: first.next ?? '' });
  const third = jobs.listJobs({ limit: 2, cursor: second.next ?? '' });
  expect([...ids(first), ...ids(second), ...ids(third)]).toEqual(started);
  expect(third.next).toBeNull();
  expect(ids(jobs.listJobs({ limit: 9, state: 'failed' }))).toEqual([started[1], started[3]]);
  const ofKind = jobs.listJobs({ limit: 1, kind: 'audit.verify' });
  expect(ids(ofKind)).toEqual([started[3]]);
  const rest = jobs.listJobs({ limit: 1, kind: 'audit.verify', cursor: ofKind.next ?? '' });
  expect([ids(rest), rest.next]).toEqual([[started[4]], null]);
  expect(ids(jobs.listJobs({ limit: 9, kind: 'audit.verify', state: 'succeeded' }))).toEqual([started[4]]);
  expect(() => jobs.listJobs({ limit: 2, cursor: first.next ?? '', state: 'failed' })).toThrow(
    expect.objectContaining({ code: 'VALIDATION' }),
  );
});

test('an unknown job is named', () => {
  const jobId = stand.ids.uuid();
  const missing = expect.objectContaining({ code: 'NOT_FOUND', data: { kind: 'job', id: jobId } });
  expect(() => jobs.getJob({ jobId })).toThrow(missing);
  expect(() => jobs.watch(jobId)).toThrow(missing);
});

test('a watch leaves nothing behind on the signal of its call', async () => {
  const { signal } = new AbortController();
  const { jobId } = await jobs.start(request(async () => 1));
  for await (const each of jobs.watch(jobId, signal)) expect(each.id).toBe(jobId);
  for await (const each of jobs.watch(jobId, signal)) expect(each.state).toBe('succeeded');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
