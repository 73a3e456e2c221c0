import { cancelled } from '../../jobs/job-error.ts';
import type { Progress } from '../../jobs/job-runner.ts';
import { serveTask } from '../../jobs/serve-task.ts';
import type { WorkerInput, WorkerMessage } from './call-worker.ts';

export interface WorkerContext {
  readonly progress: Progress;
  /** Throws CANCELLED when the work should stop. */
  readonly check: () => void;
}

/** How long progress is gathered before it is told, in milliseconds. */
const tellEveryMs = 100;

/** The one call that this worker thread was started for (`callWorker`). */
export async function serveCall<Input, Result>(
  work: (input: Input, context: WorkerContext) => Promise<Result> | Result,
): Promise<void> {
  await serveTask<WorkerInput<Input>, Result, WorkerMessage>(async ({ input, cancelled: flag }, { send }) => {
    let gathered = 0;
    let toldAt = performance.now();
    const flush = () => {
      if (gathered > 0) send({ kind: 'advance', by: gathered });
      gathered = 0;
      toldAt = performance.now();
    };
    const progress: Progress = {
      phase: (...values) => {
        flush();
        send({ kind: 'phase', values });
      },
      advance: (by) => {
        gathered += by;
        if (performance.now() - toldAt >= tellEveryMs) flush();
      },
    };
    const check = () => {
      if (Atomics.load(flag, 0) !== 0) throw cancelled();
    };
    const result = await work(input, { progress, check });
    flush();
    return result;
  });
}
