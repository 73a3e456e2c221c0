import { parentPort } from 'node:worker_threads';
import type { Checkpoint } from './checkpointer.ts';
import { Connection, type LogState } from './connection.ts';
import { type ThreadError, toThreadError } from './thread-errors.ts';

export interface CheckpointRequest extends Checkpoint {
  readonly id: number;
}

export type CheckpointReply = { readonly id: number } & (
  | { readonly state: LogState }
  | { readonly error: ThreadError }
);

parentPort?.on('message', (request: CheckpointRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer({ id, file, name, mode }: CheckpointRequest): CheckpointReply {
  try {
    const connection = new Connection(file, { name });
    try {
      return { id, state: connection.walCheckpoint(mode) };
    } finally {
      connection.close();
    }
  } catch (error) {
    return { id, error: toThreadError(error) };
  }
}
