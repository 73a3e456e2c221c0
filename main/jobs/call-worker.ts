import type { MessagePort } from 'node:worker_threads';
import type { Progress } from './job-runner.ts';
import { runWorker } from './worker-task.ts';

/** What a called worker tells while it works. */
export type CallMessage =
  | { readonly kind: 'phase'; readonly values: Parameters<Progress['phase']> }
  | { readonly kind: 'advance'; readonly by: number };

/** What a called worker is started with; `cancelled[0]` becomes 1 when it should stop, which it sees without waiting. */
export interface CallData<Input> {
  readonly input: Input;
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

export interface WorkerCall<Input> {
  /** The `*-worker` module, as `siblingModule` gives it; it calls `serveCall`. */
  readonly module: URL;
  /** Anything that can be cloned into another thread. */
  readonly input: Input;
  /** Ports in `input` that are handed over; closed when the worker is not started. */
  readonly transfer?: readonly MessagePort[];
  /** As in `WorkerTask`. */
  readonly youngMegabytes?: number;
  readonly signal: AbortSignal;
  readonly progress?: Progress | undefined;
}

/** How long a cancelled worker may take to clean up and end by itself: less than its job may, which then can tell. */
const graceMs = 7000;

/** Runs one piece of work in its own thread, with its progress shown, and answers its result. Errors: as `runWorker`. */
export async function callWorker<Input, Result>(call: WorkerCall<Input>): Promise<Result> {
  const { module, input, transfer = [], youngMegabytes, signal, progress } = call;
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => {
    Atomics.store(cancelled, 0, 1);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await runWorker<Result, CallMessage>(module, {
      data: { input, cancelled } satisfies CallData<Input>,
      transfer,
      youngMegabytes,
      signal,
      graceMs,
      onMessage: (message) => {
        if (message.kind === 'phase') progress?.phase(...message.values);
        else progress?.advance(message.by);
      },
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    // does nothing to a port that was handed over; one that was not would keep its store from closing
    for (const port of transfer) port.close();
  }
}
