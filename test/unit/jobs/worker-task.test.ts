import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeRoomFor } from '../../../main/jobs/idle-threads.ts';
import { interrupted } from '../../../main/jobs/job-error.ts';
import { siblingModule } from '../../../main/jobs/sibling-module.ts';
import { runWorker } from '../../../main/jobs/worker-task.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { SampleTask } from './sample-task-worker.ts';

const url = siblingModule(import.meta.url, 'sample-task-worker');
const never = new AbortController().signal;
const run = (data: SampleTask, signal = never) => runWorker<unknown>(url, { data, signal });

test('a task is handed its data and answers messages, then its result', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const messages: number[] = [];
  const result = await runWorker<number, number>(url, {
    data: { mode: 'sum', bytes } satisfies SampleTask,
    signal: never,
    transfer: [bytes.buffer],
    onMessage: (message) => messages.push(message),
  });
  expect({ result, messages, left: bytes.length }).toEqual({ result: 6, messages: [1, 2, 3], left: 0 });
});

test('errors come across as they are', async () => {
  const refused = await run({ mode: 'refuse' }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(HoldfastError);
  expect(refused).toMatchObject({ code: 'VALIDATION', message: 'line 7 is damaged', data: { line: 7 } });
  const broken = await run({ mode: 'break' }).catch((error: unknown) => error);
  expect(broken).not.toBeInstanceOf(HoldfastError);
  expect(broken).toMatchObject({ message: 'inside', stack: expect.stringContaining('sample-task-worker') });
});

test('a thread that dies is a typed error', async () => {
  for (const mode of ['exit', 'throw-later'] as const) {
    await expect(run({ mode })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  }
});

test('an abort terminates a thread that never yields', async () => {
  const abort = new AbortController();
  const running = runWorker<unknown>(url, {
    data: { mode: 'spin' } satisfies SampleTask,
    signal: abort.signal,
    onMessage: () => abort.abort(),
  });
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(run({ mode: 'sum' }, abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('within its grace a thread may come to an end; after it, it is terminated', async () => {
  const abortOnMessage = (mode: SampleTask['mode'], graceMs: number, reason?: unknown) => {
    const abort = new AbortController();
    return runWorker<unknown>(url, {
      data: { mode } satisfies SampleTask,
      signal: abort.signal,
      graceMs,
      onMessage: () => abort.abort(reason),
    });
  };
  expect(await abortOnMessage('wait', 30_000)).toBe('came to an end');
  await expect(abortOnMessage('spin', 50, interrupted())).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('an error of the reader ends the task', async () => {
  const running = runWorker<unknown>(url, {
    data: { mode: 'spin' } satisfies SampleTask,
    signal: never,
    onMessage: () => {
      throw new RangeError('reader');
    },
  });
  await expect(running).rejects.toThrow('reader');
});

test('a thread that has answered is called again; not while it works, nor when it failed, has grown or died', async () => {
  const who = (mode: SampleTask['mode'] = 'who') => run({ mode });
  const first = await who();
  expect(await who()).toBe(first);
  const both = await Promise.all([who(), who()]);
  expect(new Set(both).size).toBe(2);
  const before = await who();
  await expect(who('break')).rejects.toThrow('inside');
  const after = await who('grow');
  expect(after).not.toBe(before);
  const next = await who('die-later');
  expect(next).not.toBe(after);
  await delay(200);
  expect(await who()).not.toBe(next);
});

test('what needs much memory ends the threads that wait for calls of other modules', async () => {
  const who = () => run({ mode: 'who' });
  const first = await who();
  await makeRoomFor(url);
  expect(await who()).toBe(first);
  await makeRoomFor(siblingModule(import.meta.url, 'sample-call-worker'));
  expect(await who()).not.toBe(first);
});

test('a thread that waits for a call keeps no process alive', async () => {
  const program = join(mkdtempSync(join(tmpdir(), 'holdfast-thread-')), 'program.mjs');
  writeFileSync(
    program,
    `import { runWorker } from ${JSON.stringify(siblingModule(import.meta.url, '../../../main/jobs/worker-task'))};
    const task = { data: { mode: 'who' }, signal: new AbortController().signal };
    await runWorker(new URL(${JSON.stringify(url)}), task);
    const answered = performance.now();
    process.on('exit', () => console.log(performance.now() - answered));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  expect(Number(stdout)).toBeLessThan(2000);
  rmSync(dirname(program), { recursive: true });
});
