import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { endThread } from '../../../main/jobs/end-thread.ts';

/** What Node gives a thread that came to its end, and one that was terminated. */
const [ended, terminated] = [0, 1];
const endsWhenAsked = `require('node:worker_threads').parentPort.on('message', function () { this.close(); })`;

async function exitCodeOf(code: string): Promise<unknown> {
  const worker = new Worker(code, { eval: true });
  const exit = once(worker, 'exit');
  await endThread(worker, () => worker.postMessage('end'));
  return (await exit)[0];
}

test('a thread that ends when it is asked to is not terminated; one that never listens is', async () => {
  expect(await exitCodeOf(endsWhenAsked)).toBe(ended);
  expect(await exitCodeOf('for (;;);')).toBe(terminated);
});
