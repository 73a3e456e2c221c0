import { serveTasks } from '../jobs/serve-tasks.ts';
import { Connection, type LogState } from './connection.ts';

export interface Checkpoint {
  readonly file: string;
  readonly name: string;
  /** TRUNCATE only in a turn of the file's write queue; PASSIVE waits for nobody. */
  readonly mode: 'PASSIVE' | 'TRUNCATE';
}

serveTasks<Checkpoint, LogState>(({ file, name, mode }) => {
  const connection = new Connection(file, { name });
  try {
    return connection.walCheckpoint(mode);
  } finally {
    connection.close();
  }
});
