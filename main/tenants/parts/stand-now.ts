import type { ChosenDocument, ChosenFile } from '../../row-hash/chosen-rows.ts';
import type { Reading } from '../../storage/store.ts';

/** How a document stands now beside one of then. */
export function standOf(now: Reading, { collection, id, content_hash }: ChosenDocument) {
  const live = now
    .sql<{ content_hash: Uint8Array }>(
      'SELECT content_hash FROM documents WHERE collection = ? AND id = ? AND state = 1',
    )
    .get(collection, id);
  if (live === undefined) return 'added';
  return Buffer.compare(live.content_hash, content_hash) === 0 ? 'unchanged' : 'changed';
}

/** How a file of that name stands now; `taken`: by another content, and files never change. */
export function fileStandOf(now: Reading, { name, sha256 }: ChosenFile) {
  const live = now.sql<{ sha256: Uint8Array }>('SELECT sha256 FROM files WHERE name = ?').get(name);
  if (live === undefined) return 'added';
  return Buffer.compare(live.sha256, sha256) === 0 ? 'unchanged' : 'taken';
}
