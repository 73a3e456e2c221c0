import type { MessagePort } from 'node:worker_threads';
import type { Progress } from '../../jobs/job-runner.ts';
import { runWorker } from '../../jobs/worker-task.ts';

type Unit = Parameters<Progress['phase']>[2];

/** What a working thread sends on its way. */
export type WorkMessage =
  | { readonly kind: 'phase'; readonly name: string; readonly total: number | null; readonly unit: Unit }
  | { readonly kind: 'advance'; readonly by: number };

export interface WorkerRun {
  /** The `*-worker` module, as `siblingModule` gives it. */
  readonly module: URL;
  /** Anything that can be cloned into another thread. */
  readonly input: unknown;
  /** Ports in `input` that are handed over. */
  readonly transfer?: readonly MessagePort[];
  readonly signal: AbortSignal;
  readonly progress?: Progress | undefined;
}

/** How long a cancelled thread may take to clean up and end by itself. */
const graceMs = 10_000;

/** Runs one piece of work in its own thread, with its progress shown. Errors: those of `runWorker`. */
export async function runInWorker<Output>(run: WorkerRun): Promise<Output> {
  const { module, input, transfer = [], signal, progress } = run;
  // a port that was never handed over would keep its store from closing
  if (signal.aborted) for (const port of transfer) port.close();
  return await runWorker<Output, WorkMessage>(module, {
    data: input,
    transfer,
    signal,
    graceMs,
    onMessage: (message) => {
      if (message.kind === 'phase') progress?.phase(message.name, message.total, message.unit);
      else progress?.advance(message.by);
    },
  });
}
