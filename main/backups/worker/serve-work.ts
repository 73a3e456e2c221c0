import { parentPort, workerData } from 'node:worker_threads';
import type { Progress } from '../../jobs/job-runner.ts';
import { cancelled, carryError, type WorkerMessage } from './messages.ts';

export interface WorkContext {
  /** Aborted when the work is cancelled. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Announces something to whoever started the work. */
  tell(event: string): void;
}

const progressMs = 100;

/** The whole life of a working thread: does the work it was started with, answers, ends. */
export function serveWork<Input>(work: (input: Input, context: WorkContext) => Promise<unknown>): void {
  const port = parentPort;
  if (port === null) throw new TypeError('a working thread is started by runInWorker');
  const send = (message: WorkerMessage) => port.postMessage(message);
  const controller = new AbortController();
  port.on('message', () => controller.abort(cancelled()));
  const progress = batchedProgress(send);
  const context = {
    signal: controller.signal,
    progress,
    tell: (event: string) => send({ kind: 'event', event }),
  };
  work(workerData as Input, context).then(
    (output) => {
      progress.flush();
      send({ kind: 'done', output });
    },
    (error: unknown) => send({ kind: 'failed', error: carryError(error) }),
  );
}

function batchedProgress(send: (message: WorkerMessage) => void): Progress & { flush(): void } {
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
