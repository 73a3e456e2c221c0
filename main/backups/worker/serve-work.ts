import type { Progress } from '../../jobs/job-runner.ts';
import { serveTask } from '../../jobs/serve-task.ts';
import type { WorkMessage } from './run-in-worker.ts';

export interface WorkContext {
  /** Aborted with CANCELLED when the work is cancelled. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

const progressMs = 100;

/** The whole life of a working thread: does the work it was started with, answers, ends. */
export function serveWork<Input>(work: (input: Input, context: WorkContext) => Promise<unknown>): void {
  void serveTask<Input, unknown, WorkMessage>(async (input, { signal, send }) => {
    const progress = batchedProgress(send);
    const output = await work(input, { signal, progress });
    progress.flush();
    return output;
  });
}

function batchedProgress(send: (message: WorkMessage) => void): Progress & { flush(): void } {
  let waiting = 0;
  let sentAt = 0;
  const flush = () => {
    if (waiting > 0) send({ kind: 'advance', by: waiting });
    waiting = 0;
    sentAt = performance.now();
  };
  return {
    flush,
    phase: (name, total, unit) => {
      flush();
      send({ kind: 'phase', name, total, unit });
    },
    advance: (by) => {
      waiting += by;
      if (performance.now() - sentAt >= progressMs) flush();
    },
  };
}
