import type { Transferable } from 'node:worker_threads';
import { HoldfastError } from '../../shared/errors.ts';
import { keepThread, stopThread, takeThread } from './idle-threads.ts';
import { cancelled } from './job-error.ts';
import { type FromWorker, type ToWorker, uncarry } from './worker-message.ts';

export interface WorkerTask<Message> {
  /** Handed to the worker as it is (structured clone). */
  readonly data: unknown;
  readonly signal: AbortSignal;
  readonly onMessage?: (message: Message) => void;
  readonly transfer?: readonly Transferable[];
  /**
   * Room for new objects, the same for each call of a module: V8's own limit of some fifty where it is left out, which a
   * thread of many short-lived ones fills.
   */
  readonly youngMegabytes?: number | undefined;
  /** How long after an abort the worker may still answer with a result of its own; not at all by default. */
  readonly graceMs?: number;
}

/**
 * Has a worker thread whose module calls `serveTask` do a task, to its result. After anything but a result the thread is
 * gone when this answers. Errors: the worker's own, as they were; CANCELLED or the signal's reason after an abort;
 * INTERRUPTED when the thread died.
 */
export async function runWorker<Result, Message = never>(
  url: URL,
  task: WorkerTask<Message>,
): Promise<Result> {
  const { data, signal, transfer = [], youngMegabytes, graceMs = 0 } = task;
  if (signal.aborted) throw stopReason(signal);
  const worker = takeThread(url, youngMegabytes);
  let again = false;
  const abort = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  try {
    return await new Promise<Result>((resolve, reject) => {
      const onAbort = () => {
        if (graceMs === 0) return reject(stopReason(signal));
        worker.postMessage({ kind: 'abort' } satisfies ToWorker);
        timers.push(setTimeout(() => reject(stopReason(signal)), graceMs));
        return undefined;
      };
      signal.addEventListener('abort', onAbort, { once: true, signal: abort.signal });
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'result') {
          again = message.again;
          return resolve(message.value as Result);
        }
        if (message.kind === 'error') return reject(uncarry(message.error));
        try {
          task.onMessage?.(message.value as Message);
        } catch (error) {
          reject(error);
        }
        return undefined;
      });
      worker.on('error', (error) => reject(died(error)));
      worker.on('messageerror', (error) => reject(died(error)));
      worker.on('exit', (exitCode) => reject(died(new Error(`the thread exited with ${exitCode}`))));
      worker.postMessage({ kind: 'run', data } satisfies ToWorker, [...transfer]);
    });
  } finally {
    abort.abort();
    for (const timer of timers) clearTimeout(timer);
    await (again ? keepThread(url, worker) : stopThread(worker));
  }
}

function stopReason(signal: AbortSignal): unknown {
  return signal.reason instanceof HoldfastError ? signal.reason : cancelled();
}

function died(cause: unknown): HoldfastError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'exit';
  return new HoldfastError(
    'INTERRUPTED',
    'The thread that did the work died. Try again; if it recurs, there may be too little memory.',
    { thread: code },
    { cause },
  );
}
