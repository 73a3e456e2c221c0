import { type Transferable, Worker } from 'node:worker_threads';
import { HoldfastError } from '../../shared/errors.ts';
import { endThread } from './end-thread.ts';
import { type CarriedError, uncarry } from './worker-message.ts';

export type ThreadRequest<Task> = { readonly id: number; readonly task: Task } | 'end';
export type ThreadReply<Result> = { readonly id: number } & (
  | { readonly result: Result }
  | { readonly error: CarriedError }
);

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One worker thread that answers many tasks (`serveTasks`). It starts with the first, keeps no idle process alive, and
 * is started again if it dies.
 */
export class ThreadClient<Task, Result> {
  readonly #module: URL;
  readonly #manager: string;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #worker: Worker | undefined;
  #lastId = 0;
  #closed = false;

  /** `manager` is named in UNAVAILABLE. */
  constructor(module: URL, manager: string) {
    this.#module = module;
    this.#manager = manager;
  }

  /** Rejects with the worker's own error, or UNAVAILABLE when it ended or is closed. */
  ask(task: Task, transfer: readonly Transferable[] = []): Promise<Result> {
    if (this.#closed) return Promise.reject(this.#stopped());
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#lastId += 1;
    const id = this.#lastId;
    this.#worker.postMessage({ id, task } satisfies ThreadRequest<Task>, [...transfer]);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    const ending = this.#worker;
    if (ending === undefined) return;
    await endThread(ending, () => ending.postMessage('end' satisfies ThreadRequest<Task>));
  }

  #start(): Worker {
    const started = new Worker(this.#module);
    started.on('message', (reply: ThreadReply<Result>) => {
      const asked = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) started.unref();
      if ('result' in reply) asked?.resolve(reply.result);
      else asked?.reject(uncarry(reply.error));
    });
    // the end of an earlier thread says nothing of the one that took its place
    started.on('error', (error) => this.#worker === started && this.#failAll(error));
    started.on('exit', () => this.#worker === started && this.#failAll(this.#stopped()));
    return started;
  }

  #failAll(error: unknown): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #stopped(): HoldfastError {
    return new HoldfastError('UNAVAILABLE', 'The thread that does this has stopped.', {
      manager: this.#manager,
    });
  }
}
