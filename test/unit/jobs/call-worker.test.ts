import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { callWorker, type WorkerCall } from '../../../main/jobs/call-worker.ts';
import { siblingModule } from '../../../main/jobs/sibling-module.ts';
import type { Rows } from './sample-call-worker.ts';

type Count = Rows & Partial<WorkerCall<Rows>>;

const module = siblingModule(import.meta.url, 'sample-call-worker');
const count = ({ rows, ...more }: Count) =>
  callWorker<Rows, number>({
    module,
    input: { rows },
    signal: new AbortController().signal,
    ...more,
  });

test('answers the result, with all progress told and gathered on its way', async () => {
  const told: unknown[] = [];
  let advanced = 0;
  const progress = {
    phase: (...values: unknown[]) => void told.push(values),
    advance: (by: number) => {
      told.push(by);
      advanced += by;
    },
  };
  expect(await count({ rows: 10_000, progress })).toBe(10_000);
  expect(told[0]).toEqual(['Counting rows', 10_000, 'rows']);
  expect(advanced).toBe(10_000);
  expect(told.length).toBeLessThan(100);
});

test('work that never waits sees that it is cancelled', async () => {
  const abort = new AbortController();
  const progress = { phase: () => abort.abort(), advance: () => undefined };
  const counting = count({ rows: Number.POSITIVE_INFINITY, progress, signal: abort.signal });
  await expect(counting).rejects.toMatchObject({ code: 'CANCELLED' });
}, 8000); // less than it would take to be ended

test('a port of a call that is never begun is closed', async () => {
  const { port1, port2 } = new MessageChannel();
  const closed = new Promise((resolve) => port2.once('close', resolve));
  const counting = count({ rows: 1, transfer: [port1], signal: AbortSignal.abort() });
  await expect(counting).rejects.toMatchObject({ code: 'CANCELLED' });
  await closed;
});
