import { toRfc3339 } from '../../../shared/clock.ts';
import type { FoundPart } from '../../../shared/contract/backups/points.ts';
import { partText } from '../../../shared/restore-parts.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import type { Reading } from '../../storage/store.ts';

export interface PartsQuery {
  /** Only of this collection; null: of all. */
  readonly collection: string | null;
  /** What an id or a name contains. */
  readonly text: string;
  /** Collection and id of the last one shown. */
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

interface PartRow {
  readonly collection: string;
  readonly id: string;
  readonly bytes: number;
  readonly time: number;
}

/** Live documents and files of a rebuilt database, by collection and id; files are the collection `$files`. */
export function findParts(then: Reading, { collection, text, after, limit }: PartsQuery): FoundPart[] {
  const [afterCollection, afterId] = after ?? ['', ''];
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const wantsFiles = collection === null || collection === filesCollection;
  // "$" comes before every letter
  const files =
    wantsFiles && afterCollection <= filesCollection
      ? then
          .sql<PartRow>(
            `SELECT '${filesCollection}' AS collection, name AS id, size AS bytes, created_at AS time FROM files
             WHERE name > @afterName AND name LIKE @pattern ESCAPE '\\' ORDER BY name LIMIT @limit`,
          )
          .all({ afterName: afterCollection === filesCollection ? afterId : '', pattern, limit })
      : [];
  const left = limit - files.length;
  const documents =
    left > 0 && collection !== filesCollection
      ? then
          .sql<PartRow>(
            `SELECT collection, id, octet_length(content) AS bytes, updated_at AS time FROM documents
             WHERE state = 1 AND (collection, id) > (@afterCollection, @afterId)
               ${collection === null ? '' : 'AND collection = @collection'}
               AND id LIKE @pattern ESCAPE '\\' ORDER BY collection, id LIMIT @left`,
          )
          .all({
            afterCollection,
            afterId,
            pattern,
            left,
            ...(collection === null ? {} : { collection }),
          })
      : [];
  return [...files, ...documents].map(({ time, ...row }) => ({
    part: partText(row),
    ...row,
    time: toRfc3339(time),
  }));
}
