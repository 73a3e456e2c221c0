import { systemClock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import type { Reading } from '../../storage/store.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { DocumentWriter } from '../data/document-writer.ts';
import { setImportState } from './import-store.ts';

export interface UndoInput {
  readonly store: SharedStore;
  readonly rowHashPrefix: Uint8Array;
  readonly importId: Uuid;
  /** Refuse, before anything is removed, when documents were changed since. */
  readonly refuseChanged: boolean;
}

interface ImportedRevision {
  readonly collection: string;
  readonly id: string;
  readonly revision: number;
}

const writingMs = 10;
const chunkRevisions = 500;
const namedDocuments = 20;

/** Removes an import's revisions, newest first; what they superseded is live again. Throws CONFLICT. */
async function undo(input: UndoInput, { progress, check }: WorkerContext): Promise<{ removed: number }> {
  const store = openWorkerStore(input.store, { clock: systemClock });
  try {
    if (input.refuseChanged) refuseChanged(store, input.importId);
    const total = store
      .sql<{ revisions: number }>('SELECT count(*) AS revisions FROM documents WHERE import_id = ?')
      .get(input.importId);
    progress.phase('Removing imported revisions', total?.revisions ?? 0, 'rows');
    for (let removed = 0; ; ) {
      check();
      const now = await store.write((transaction) => {
        const until = performance.now() + writingMs;
        const writer = new DocumentWriter(transaction, input.rowHashPrefix);
        let done = 0;
        for (const revision of nextRevisions(transaction, input.importId)) {
          writer.prune(revision.collection, revision.id, revision.revision);
          done += 1;
          if (performance.now() >= until) break;
        }
        writer.finish();
        // From now on it is neither whole nor undone, should this end halfway.
        if (done > 0) setImportState(transaction, input.importId, 'interrupted');
        return done;
      });
      if (now === 0) return { removed };
      removed += now;
      progress.advance(now);
    }
  } finally {
    await store.close();
  }
}

function nextRevisions(database: Reading, importId: Uuid): ImportedRevision[] {
  return database
    .sql<ImportedRevision>(
      `SELECT collection, id, revision FROM documents WHERE import_id = ?
       ORDER BY collection DESC, id DESC, revision DESC LIMIT ?`,
    )
    .all(importId, chunkRevisions);
}

function refuseChanged(database: Reading, importId: Uuid): void {
  const changed = `
    FROM (SELECT collection, id, max(revision) AS last FROM documents WHERE import_id = @importId
          GROUP BY collection, id) AS imported
    WHERE EXISTS (SELECT 1 FROM documents AS later WHERE later.collection = imported.collection
                  AND later.id = imported.id AND later.revision > imported.last)`;
  const count = database.sql<{ n: number }>(`SELECT count(*) AS n ${changed}`).get({ importId })?.n ?? 0;
  if (count === 0) return;
  const named = database
    .sql<{ id: string }>(`SELECT id ${changed} ORDER BY id LIMIT @limit`)
    .all({ importId, limit: namedDocuments });
  throw new HoldfastError(
    'CONFLICT',
    `${count} documents were changed after they were imported, so the import cannot be undone whole. Delete or restore single documents instead.`,
    { reason: 'changed-since', changed: count, documents: named.map(({ id }) => id) },
  );
}

serveCall(undo);
