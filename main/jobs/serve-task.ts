import { getHeapStatistics } from 'node:v8';
import { parentPort, type Transferable } from 'node:worker_threads';
import { cancelled } from './job-error.ts';
import { carry, type FromWorker, type ToWorker } from './worker-message.ts';

export interface ServedTask<Message> {
  /** Aborted when the caller gives the worker time to come to an end. */
  readonly signal: AbortSignal;
  send(message: Message, transfer?: readonly Transferable[]): void;
}

/** What a thread may hold when it has answered to be called again, in bytes: one that has grown gives it back by ending. */
const mostHeld = 64 * 2 ** 20;

/** The worker's side of `runWorker`: runs `work` on what the caller hands in, and answers its result; one task at a time. */
export function serveTask<Data, Result, Message = never>(
  work: (data: Data, task: ServedTask<Message>) => Promise<Result> | Result,
): void {
  const port = parentPort;
  if (port === null) throw new TypeError('serveTask runs in worker threads only');
  const post = (message: FromWorker, transfer: readonly Transferable[] = []) =>
    port.postMessage(message, [...transfer]);
  const send = (value: Message, transfer?: readonly Transferable[]) =>
    post({ kind: 'message', value }, transfer);
  let abort = new AbortController();
  const run = async (data: Data) => {
    abort = new AbortController();
    try {
      const value = await work(data, { signal: abort.signal, send });
      post({ kind: 'result', value, again: held() <= mostHeld });
    } catch (error) {
      post({ kind: 'error', error: carry(error) });
    }
  };
  const listen = (message: ToWorker) => {
    if (message.kind === 'run') return void run(message.data as Data);
    abort.abort(cancelled());
    // without a listener the port keeps the thread no longer than its work
    if (message.kind === 'end') port.off('message', listen);
    return undefined;
  };
  port.on('message', listen);
}

function held(): number {
  const { total_heap_size, external_memory } = getHeapStatistics();
  return total_heap_size + external_memory;
}
