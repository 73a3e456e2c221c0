import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import { cancelled } from './job-error.ts';
import { carry, type FromWorker, type ToWorker } from './worker-message.ts';

export interface ServedTask<Message> {
  /** Aborted when the caller gives the worker time to come to an end. */
  readonly signal: AbortSignal;
  send(message: Message, transfer?: readonly Transferable[]): void;
}

/** The worker's side of `runWorker`: runs `work` once on what the caller handed in, and answers its result. */
export async function serveTask<Data, Result, Message = never>(
  work: (data: Data, task: ServedTask<Message>) => Promise<Result> | Result,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError('serveTask runs in worker threads only');
  const post = (message: FromWorker, transfer: readonly Transferable[] = []) =>
    port.postMessage(message, [...transfer]);
  const abort = new AbortController();
  const listen = (message: ToWorker) => {
    if (message.kind === 'abort') abort.abort(cancelled());
  };
  port.on('message', listen);
  const send = (value: Message, transfer?: readonly Transferable[]) =>
    post({ kind: 'message', value }, transfer);
  try {
    post({ kind: 'result', value: await work(workerData as Data, { signal: abort.signal, send }) });
  } catch (error) {
    post({ kind: 'error', error: carry(error) });
  } finally {
    // nothing keeps the thread any longer
    port.off('message', listen);
  }
}
