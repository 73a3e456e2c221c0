import { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../../shared/errors.ts';
import { endThread } from '../../jobs/end-thread.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { SealerOptions, SealJob, SealReply, SealRequest } from './seal-protocol.ts';

/** Room for new objects in a thread, whose work is outside of V8's heap. */
const youngMegabytes = 3;

interface Pending {
  resolve(reply: SealReply): void;
  reject(error: Error): void;
}

/** A worker thread with a sealer of its own. It keeps no idle process alive. */
export class SealThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();

  /** `onGone`: the thread has ended; what it had to do is refused with its error, or INTERRUPTED. */
  constructor(options: SealerOptions, onGone: () => void) {
    this.#worker = new Worker(siblingModule(import.meta.url, 'seal-worker'), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    const fail = (error: Error) => {
      onGone();
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    };
    this.#worker.on('message', (reply: SealReply) => {
      const waiting = this.#pending.get(reply.job);
      this.#pending.delete(reply.job);
      if (this.#pending.size === 0) this.#worker.unref();
      waiting?.resolve(reply);
    });
    this.#worker.on('error', fail);
    this.#worker.on('exit', () =>
      fail(new HoldfastError('INTERRUPTED', 'A thread that seals backup data ended.')),
    );
    this.#worker.unref();
  }

  /** Jobs that it has not answered. */
  get waiting(): number {
    return this.#pending.size;
  }

  ask(request: SealJob, transfer: readonly ArrayBuffer[] = []): Promise<SealReply> {
    return new Promise((resolve, reject) => {
      this.#pending.set(request.job, { resolve, reject });
      this.#worker.ref();
      this.tell(request, transfer);
    });
  }

  /** As `ask`, where there is no answer. */
  tell(request: SealRequest, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  async end(): Promise<void> {
    await endThread(this.#worker, () => this.tell({ do: 'end' }));
  }
}
