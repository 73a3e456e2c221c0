import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { siblingModule } from '../../../main/jobs/sibling-module.ts';
import type { Nices } from './sample-background-worker.ts';

test.runIf(process.platform === 'linux')(
  'a thread that gives way does so with those it starts, and with no other',
  async () => {
    const before = getPriority();
    const worker = new Worker(siblingModule(import.meta.url, 'sample-background-worker'));
    const [nices] = (await once(worker, 'message')) as [Nices];
    await once(worker, 'exit');
    expect(nices.filter((nice) => nice === 19)).toHaveLength(2);
    expect(getPriority()).toBe(before);
  },
);
