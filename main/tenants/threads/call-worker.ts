import type { MessagePort } from 'node:worker_threads';
import type { Progress } from '../../jobs/job-runner.ts';
import { runWorker } from '../../jobs/worker-task.ts';

/** What a worker tells while it works. */
export type WorkerMessage =
  | { readonly kind: 'phase'; readonly values: Parameters<Progress['phase']> }
  | { readonly kind: 'advance'; readonly by: number };

/** What a worker is started with; `cancelled[0]` becomes 1 when it should stop, which it sees without waiting. */
export interface WorkerInput<Input> {
  readonly input: Input;
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

export interface WorkerCall<Input> {
  readonly module: URL;
  readonly input: Input;
  /** Handed over to the worker; closed when it is not started. */
  readonly transfer?: readonly MessagePort[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A worker that does not stop when asked is ended after this. */
const graceMs = 5000;

/** Runs one worker thread to its end and answers its result. Errors: as `runWorker`. */
export async function callWorker<Input, Result>(call: WorkerCall<Input>): Promise<Result> {
  const { module, input, transfer = [], signal, progress } = call;
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => {
    Atomics.store(cancelled, 0, 1);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await runWorker<Result, WorkerMessage>(module, {
      data: { input, cancelled } satisfies WorkerInput<Input>,
      transfer,
      signal,
      graceMs,
      onMessage: (message) => {
        if (message.kind === 'phase') progress.phase(...message.values);
        else progress.advance(message.by);
      },
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    for (const port of transfer) port.close(); // does nothing to one that was handed over
  }
}
