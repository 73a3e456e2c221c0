import { type MessagePort, Worker } from 'node:worker_threads';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Progress } from '../../jobs/job-runner.ts';
import { fromThreadError, type ThreadError } from '../../storage/thread-errors.ts';

export type WorkerMessage<Result> =
  | { readonly kind: 'phase'; readonly values: Parameters<Progress['phase']> }
  | { readonly kind: 'advance'; readonly by: number }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: ThreadError };

/** What a worker is started with; `cancelled[0]` becomes 1 when it should stop. */
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
const patienceMs = 5000;

/**
 * Runs one worker thread to its end and answers its result. Errors: what the worker threw, CANCELLED, INTERNAL when
 * it died.
 */
export function callWorker<Input, Result>(call: WorkerCall<Input>): Promise<Result> {
  const { module, input, transfer = [], signal, progress } = call;
  if (signal.aborted) {
    for (const port of transfer) port.close();
    return Promise.reject(cancelled());
  }
  const flag = new Int32Array(new SharedArrayBuffer(4));
  return new Promise<Result>((resolve, reject) => {
    const worker = new Worker(module, {
      workerData: { input, cancelled: flag } satisfies WorkerInput<Input>,
      transferList: [...transfer],
    });
    let outcome: { result: Result } | { error: unknown } | undefined;
    let timer: NodeJS.Timeout | undefined;
    const cancel = () => {
      Atomics.store(flag, 0, 1);
      timer = setTimeout(() => {
        outcome ??= { error: cancelled() };
        void worker.terminate();
      }, patienceMs);
    };
    signal.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: WorkerMessage<Result>) => {
      if (message.kind === 'phase') progress.phase(...message.values);
      else if (message.kind === 'advance') progress.advance(message.by);
      else if (message.kind === 'done') outcome = { result: message.result };
      else outcome = { error: fromThreadError(message.error) };
    });
    worker.on('error', (error) => {
      outcome ??= { error };
    });
    // Only a thread that has ended has closed its files and its connection.
    worker.on('exit', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      if (outcome !== undefined && 'result' in outcome) resolve(outcome.result);
      else
        reject(outcome?.error ?? new HoldfastError('INTERNAL', 'A worker thread ended without an answer.'));
    });
  });
}

export function cancelled(): HoldfastError {
  return new HoldfastError('CANCELLED', 'The work was cancelled.');
}
