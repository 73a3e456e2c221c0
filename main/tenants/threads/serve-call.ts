import { parentPort, workerData } from 'node:worker_threads';
import type { Progress } from '../../jobs/job-runner.ts';
import { toThreadError } from '../../storage/thread-errors.ts';
import { cancelled, type WorkerInput, type WorkerMessage } from './call-worker.ts';

export interface WorkerContext {
  readonly progress: Progress;
  /** Throws CANCELLED when the work should stop. */
  readonly check: () => void;
}

/** How much progress is gathered before it is told, in milliseconds. */
const tellEveryMs = 100;

/** The one call that this worker thread was started for (`callWorker`). */
export async function serveCall<Input, Result>(
  work: (input: Input, context: WorkerContext) => Promise<Result> | Result,
): Promise<void> {
  const { input, cancelled: flag }: WorkerInput<Input> = workerData;
  const tell = (message: WorkerMessage<Result>) => parentPort?.postMessage(message);
  let gathered = 0;
  let toldAt = performance.now();
  const flush = () => {
    if (gathered > 0) tell({ kind: 'advance', by: gathered });
    gathered = 0;
    toldAt = performance.now();
  };
  const progress: Progress = {
    phase: (...values) => {
      flush();
      tell({ kind: 'phase', values });
    },
    advance: (by) => {
      gathered += by;
      if (performance.now() - toldAt >= tellEveryMs) flush();
    },
  };
  const check = () => {
    if (Atomics.load(flag, 0) !== 0) throw cancelled();
  };
  try {
    const result = await work(input, { progress, check });
    flush();
    tell({ kind: 'done', result });
  } catch (error) {
    tell({ kind: 'failed', error: toThreadError(error) });
  }
}
