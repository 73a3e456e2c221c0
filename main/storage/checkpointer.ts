import { siblingModule } from '../jobs/sibling-module.ts';
import { ThreadClient } from '../jobs/thread-client.ts';
import type { Checkpoint } from './checkpoint-worker.ts';
import type { LogState } from './connection.ts';

/** Copies write-ahead logs into their databases in one worker thread that all stores share. */
export interface Checkpointer {
  /** Rejects with STORAGE_FULL, IO, INTEGRITY or, when closed, UNAVAILABLE. */
  checkpoint(request: Checkpoint): Promise<LogState>;
  /** Ends the thread. Close the stores first. */
  close(): Promise<void>;
}

export function createCheckpointer(): Checkpointer {
  const thread = new ThreadClient<Checkpoint, LogState>(
    siblingModule(import.meta.url, 'checkpoint-worker'),
    'storage',
  );
  return { checkpoint: (request) => thread.ask(request), close: () => thread.close() };
}
