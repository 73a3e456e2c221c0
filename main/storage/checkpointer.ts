import { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../shared/errors.ts';
import { endThread } from '../jobs/end-thread.ts';
import { siblingModule } from '../jobs/sibling-module.ts';
import type { Checkpoint, CheckpointReply, CheckpointRequest } from './checkpoint-worker.ts';
import type { LogState } from './connection.ts';
import { fromThreadError } from './thread-errors.ts';

/** Copies write-ahead logs into their databases in one worker thread that all stores share. */
export interface Checkpointer {
  /** Rejects with STORAGE_FULL, IO, INTEGRITY or, when closed, UNAVAILABLE. */
  checkpoint(request: Checkpoint): Promise<LogState>;
  /** Ends the thread. Close the stores first. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (state: LogState) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread starts with the first checkpoint, keeps no idle process alive, and is started again if it dies. */
export function createCheckpointer(): Checkpointer {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;
  let closed = false;

  const failAll = (error: unknown) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(siblingModule(import.meta.url, 'checkpoint-worker'));
    started.on('message', (reply: CheckpointReply) => {
      const asked = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (waiting.size === 0) started.unref();
      if ('state' in reply) asked?.resolve(reply.state);
      else asked?.reject(fromThreadError(reply.error));
    });
    started.on('error', failAll);
    started.on('exit', () => failAll(stopped()));
    return started;
  };

  return {
    checkpoint(request) {
      if (closed) return Promise.reject(stopped());
      worker ??= start();
      worker.ref();
      lastId += 1;
      worker.postMessage({ id: lastId, ...request } satisfies CheckpointRequest);
      return new Promise((resolve, reject) => waiting.set(lastId, { resolve, reject }));
    },
    async close() {
      closed = true;
      const ending = worker;
      if (ending !== undefined)
        await endThread(ending, () => ending.postMessage('end' satisfies CheckpointRequest));
    },
  };
}

function stopped(): HoldfastError {
  return new HoldfastError('UNAVAILABLE', 'The checkpointer has stopped.', { manager: 'storage' });
}
