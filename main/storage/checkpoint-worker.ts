import { parentPort } from 'node:worker_threads';
import { Connection, type LogState } from './connection.ts';
import { type ThreadError, toThreadError } from './thread-errors.ts';

export interface Checkpoint {
  readonly file: string;
  readonly name: string;
  /** TRUNCATE only in a turn of the file's write queue; PASSIVE waits for nobody. */
  readonly mode: 'PASSIVE' | 'TRUNCATE';
}

export type CheckpointRequest = (Checkpoint & { readonly id: number }) | 'end';

export type CheckpointReply = { readonly id: number } & (
  | { readonly state: LogState }
  | { readonly error: ThreadError }
);

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request === 'end') parentPort?.close();
  else parentPort?.postMessage(answer(request));
});

function answer({ id, file, name, mode }: Exclude<CheckpointRequest, 'end'>): CheckpointReply {
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
