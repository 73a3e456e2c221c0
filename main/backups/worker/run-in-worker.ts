import { type MessagePort, Worker } from 'node:worker_threads';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Progress } from '../../jobs/job-runner.ts';
import { type CancelMessage, cancelled, carriedError, type WorkerMessage } from './messages.ts';

export interface WorkerRun {
  /** The `*-worker` module, as `siblingModule` gives it. */
  readonly module: URL;
  /** Anything that can be cloned into another thread. */
  readonly input: unknown;
  /** Ports in `input` that are handed over. */
  readonly transfer?: readonly MessagePort[];
  readonly signal: AbortSignal;
  readonly progress?: Progress | undefined;
  /** Told of what the thread announces on its way, such as `pinned`. */
  readonly onEvent?: (event: string) => void;
}

/** How long a cancelled thread may take to end by itself. */
const graceMs = 10_000;

/**
 * Runs one piece of work in its own thread and answers what it answers. Cancelling asks first and ends the
 * thread after ten seconds. Errors: what the work throws, CANCELLED, INTERRUPTED when the thread died.
 */
export function runInWorker<Output>(run: WorkerRun): Promise<Output> {
  const { module, input, transfer = [], signal, progress, onEvent } = run;
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, { workerData: input, transferList: [...transfer] });
    let grace: NodeJS.Timeout | undefined;
    const cancel = () => {
      worker.postMessage({ kind: 'cancel' } satisfies CancelMessage);
      grace = setTimeout(() => end(() => reject(cancelled())), graceMs);
    };
    const end = (answer: () => void) => {
      signal.removeEventListener('abort', cancel);
      clearTimeout(grace);
      void worker.terminate().then(answer, answer);
    };
    signal.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'phase':
          progress?.phase(message.name, message.total, message.unit);
          return;
        case 'advance':
          progress?.advance(message.by);
          return;
        case 'event':
          onEvent?.(message.event);
          return;
        case 'done':
          end(() => resolve(message.output as Output));
          return;
        case 'failed':
          end(() => reject(carriedError(message.error)));
      }
    });
    worker.on('error', (error) => end(() => reject(error)));
    worker.on('exit', (status) =>
      end(() =>
        reject(
          new HoldfastError(
            'INTERRUPTED',
            `A working thread ended early (status ${status}). Start it again.`,
          ),
        ),
      ),
    );
  });
}
