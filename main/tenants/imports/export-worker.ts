import { createHash } from 'node:crypto';
import { systemClock } from '../../../shared/clock.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { writeNewFile } from '../../outside/new-file.ts';
import { documentLine } from '../../row-hash/document-line.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';

export interface ExportInput {
  readonly store: SharedStore;
  readonly collection: string;
  readonly destination: string;
}
export type Exported = {
  readonly documents: number;
  readonly bytes: number;
  /** Of the file, in hex. */
  readonly sha256: string;
};

const gatherCharacters = 256 * 1024;

/** Writes the live documents of one moment, by key, one a line, to a new file. */
async function exportLines(input: ExportInput, { progress, check }: WorkerContext): Promise<Exported> {
  const { collection, destination } = input;
  const store = openWorkerStore(input.store, { clock: systemClock });
  try {
    return writeNewFile(destination, (append) =>
      store.snapshot((reading) => {
        const total = reading
          .sql<{ documents: number }>('SELECT documents FROM collections WHERE collection = ?')
          .get(collection);
        progress.phase('Exporting documents', total?.documents ?? 0, 'rows');
        const hash = createHash('sha256');
        let documents = 0;
        let bytes = 0;
        let gathered = '';
        const flush = () => {
          check();
          const piece = Buffer.from(gathered);
          hash.update(piece);
          append(piece);
          bytes += piece.length;
          gathered = '';
        };
        const rows = reading
          .sql<{ id: string; content: string }>(
            'SELECT id, content FROM documents WHERE collection = ? AND state = 1 ORDER BY id',
          )
          .iterate(collection);
        for (const { id, content } of rows) {
          gathered += `${documentLine(id, content)}\n`;
          documents += 1;
          progress.advance(1);
          if (gathered.length >= gatherCharacters) flush();
        }
        flush();
        return { documents, bytes, sha256: hash.digest('hex') };
      }),
    );
  } finally {
    await store.close();
  }
}

serveCall(exportLines);
