import type { CallData, CallMessage } from './call-worker.ts';
import { cancelled } from './job-error.ts';
import type { Progress } from './job-runner.ts';
import { serveTask } from './serve-task.ts';

export interface WorkerContext {
  readonly progress: Progress;
  /** Aborted with CANCELLED when the work should stop; seen by work that waits for promises. */
  readonly signal: AbortSignal;
  /** Throws CANCELLED when the work should stop; for work that never waits. */
  readonly check: () => void;
}

/** How long progress is gathered before it is told, in milliseconds. */
const tellEveryMs = 100;

/** The calls that are made of this worker thread, one at a time (`callWorker`). */
export function serveCall<Input, Result>(
  work: (input: Input, context: WorkerContext) => Promise<Result> | Result,
): void {
  serveTask<CallData<Input>, Result, CallMessage>(async ({ input, cancelled: flag }, { signal, send }) => {
    const progress = gatheredProgress(send);
    const check = () => {
      if (Atomics.load(flag, 0) !== 0) throw cancelled();
    };
    const result = await work(input, { progress, signal, check });
    progress.flush();
    return result;
  });
}

function gatheredProgress(send: (message: CallMessage) => void): Progress & { flush(): void } {
  let gathered = 0;
  let toldAt = performance.now();
  const flush = () => {
    if (gathered > 0) send({ kind: 'advance', by: gathered });
    gathered = 0;
    toldAt = performance.now();
  };
  return {
    flush,
    phase: (...values) => {
      flush();
      send({ kind: 'phase', values });
    },
    advance: (by) => {
      gathered += by;
      if (performance.now() - toldAt >= tellEveryMs) flush();
    },
  };
}
