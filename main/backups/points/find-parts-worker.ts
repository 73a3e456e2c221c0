import type { FoundPart } from '../../../shared/contract/backups/points.ts';
import { serveTasks } from '../../jobs/serve-tasks.ts';
import { Connection, reading } from '../../storage/connection.ts';
import { findParts, type PartsQuery } from './find-parts.ts';

export interface FindPartsTask {
  /** The rebuilt database. */
  readonly file: string;
  readonly query: PartsQuery;
}

// a connection for each look: nothing keeps the file from being removed
serveTasks<FindPartsTask, FoundPart[]>(({ file, query }) => {
  const connection = new Connection(file, { name: 'tenant' });
  try {
    return findParts(reading(connection), query);
  } finally {
    connection.close();
  }
});
