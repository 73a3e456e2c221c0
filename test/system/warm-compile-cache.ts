// Before all tests: starts each worker module once, one after another, so that later ones find it compiled. Threads
// that strip types side by side can end the process that tests run in (main/hosts/cli/compile-cache.ts).
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';

export async function setup(): Promise<void> {
  for (const module of globSync('main/**/*-worker.ts').filter((name) => !name.endsWith('call-worker.ts'))) {
    const worker = new Worker(resolve(module), { workerData: {} });
    worker.postMessage('end');
    worker.postMessage({ kind: 'end' });
    worker.postMessage({ do: 'end' });
    // it was given nothing to work on: an error is as good an end as any
    worker.on('error', () => undefined);
    await new Promise((gone) => worker.on('exit', gone));
  }
}
