import { systemClock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { RestorePart } from '../../../shared/restore-parts.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import {
  type ChosenDocument,
  chosenDocuments,
  chosenFiles,
  missingParts,
} from '../../row-hash/chosen-rows.ts';
import { filesCollection, rowState } from '../../row-hash/row-hash.ts';
import { Connection, reading } from '../../storage/connection.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import type { Reading } from '../../storage/store.ts';
import { openWorkerStore, type WorkerStore } from '../../storage/worker-store.ts';
import { CollectionTallies, DocumentWriter } from '../data/document-writer.ts';
import { withinStorage } from '../data/storage-counter.ts';
import { requireRunning, setImportState } from '../imports/import-store.ts';
import { fileStandOf, standOf } from './stand-now.ts';

interface Both {
  /** The tenant's database as it is. */
  readonly store: SharedStore;
  /** A rebuilt and proved one of the same tenant, of the newest format. */
  readonly file: string;
  readonly parts: readonly RestorePart[];
}

export type PartsInput =
  | ({ readonly task: 'compare' } & Both)
  | ({ readonly task: 'write'; readonly rowHashPrefix: Uint8Array; readonly importId: Uuid } & Both);

export interface PartsComparison {
  readonly collections: readonly {
    readonly collection: string;
    readonly added: number;
    readonly changed: number;
    readonly unchanged: number;
  }[];
  /** Parts of which nothing was there then. */
  readonly missing: readonly string[];
  /** Names of files that have another content now. */
  readonly taken: readonly string[];
  /** What would be written, in bytes. */
  readonly bytes: number;
}

export interface PartsWritten {
  readonly documents: number;
  readonly files: number;
  readonly bytes: number;
}

/** A chunk writes for this long at most before it commits, so that others wait less than 20 ms. */
const writingMs = 10;
const aheadDocuments = 500;
const aheadBytes = 4 * 1024 * 1024;
const namedAtMost = 20;

serveCall<PartsInput, PartsComparison | PartsWritten>(async (input, context) => {
  const store = openWorkerStore(input.store, { clock: systemClock });
  try {
    const connection = new Connection(input.file, { name: 'tenant' });
    try {
      const then = reading(connection);
      return input.task === 'compare'
        ? store.snapshot((now) => compare(now, then, input.parts, context))
        : await write(store, then, input, context);
    } finally {
      connection.close();
    }
  } finally {
    await store.close();
  }
});

function compare(
  now: Reading,
  then: Reading,
  parts: readonly RestorePart[],
  { progress, check }: WorkerContext,
): PartsComparison {
  progress.phase('Comparing rows', null, 'rows');
  const counts = new Map<string, { added: number; changed: number; unchanged: number }>();
  const taken: string[] = [];
  let bytes = 0;
  const note = (collection: string, stand: 'added' | 'changed' | 'unchanged', size: number) => {
    const found = counts.get(collection) ?? { added: 0, changed: 0, unchanged: 0 };
    found[stand] += 1;
    counts.set(collection, found);
    if (stand !== 'unchanged') bytes += size;
    progress.advance(1);
    check();
  };
  for (const document of chosenDocuments(then, parts)) {
    note(document.collection, standOf(now, document), document.bytes);
  }
  for (const file of chosenFiles(then, parts)) {
    const stand = fileStandOf(now, file);
    if (stand !== 'taken') note(filesCollection, stand, file.size);
    else if (taken.length < namedAtMost) taken.push(file.name);
  }
  return {
    collections: [...counts].map(([collection, each]) => ({ collection, ...each })),
    missing: missingParts(then, parts).slice(0, namedAtMost),
    taken,
    bytes,
  };
}

/** Documents in short chunks between which others write; then, in one transaction, all files and the import's end. */
async function write(
  store: WorkerStore,
  then: Reading,
  input: Extract<PartsInput, { task: 'write' }>,
  { progress, check }: WorkerContext,
): Promise<PartsWritten> {
  progress.phase('Bringing back documents', null, 'rows');
  const written = { documents: 0, files: 0, bytes: 0 };
  for (const batch of batches(chosenDocuments(then, input.parts))) {
    for (let at = 0; at < batch.length; ) {
      check();
      const { seen, put, bytes } = await writeChunk(store, input, batch.slice(at));
      at += seen;
      written.documents += put;
      written.bytes += bytes;
      progress.advance(seen);
    }
  }
  const files = [...chosenFiles(then, input.parts)];
  await store.write((transaction) => {
    requireRunning(transaction, input.importId);
    const tallies = new CollectionTallies(transaction, input.rowHashPrefix);
    for (const file of files) {
      const stand = fileStandOf(transaction, file);
      if (stand === 'taken') throw nameTaken(file.name);
      if (stand === 'unchanged') continue;
      const { id, name, size, sha256, created_at } = file;
      withinStorage(transaction, size, () =>
        transaction
          .sql('INSERT INTO files (id, name, size, sha256, created_at) VALUES (?, ?, ?, ?, ?)')
          .run(id, name, size, sha256, created_at),
      );
      tallies.add(filesCollection, id, 1, rowState.live, sha256);
      written.files += 1;
      written.bytes += size;
    }
    tallies.finish();
    setImportState(transaction, input.importId, 'done');
  });
  return written;
}

async function writeChunk(
  store: WorkerStore,
  { rowHashPrefix, importId }: Extract<PartsInput, { task: 'write' }>,
  documents: readonly ChosenDocument[],
): Promise<{ seen: number; put: number; bytes: number }> {
  return await store.write((transaction) => {
    requireRunning(transaction, importId);
    const until = performance.now() + writingMs;
    const writer = new DocumentWriter(transaction, rowHashPrefix);
    const done = { seen: 0, put: 0, bytes: 0 };
    for (const document of documents) {
      done.seen += 1;
      if (standOf(transaction, document) !== 'unchanged') {
        const { collection, id, content, bytes } = document;
        withinStorage(transaction, bytes, () =>
          writer.put(collection, id, content, writer.newest(collection, id), importId),
        );
        done.put += 1;
        done.bytes += bytes;
      }
      if (performance.now() >= until) break;
    }
    writer.finish();
    transaction.sql('UPDATE imports SET imported = imported + ? WHERE id = ?').run(done.put, importId);
    return done;
  });
}

function* batches(documents: Iterable<ChosenDocument>): Generator<ChosenDocument[]> {
  let batch: ChosenDocument[] = [];
  let bytes = 0;
  for (const document of documents) {
    batch.push(document);
    bytes += document.bytes;
    if (batch.length < aheadDocuments && bytes < aheadBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function nameTaken(name: string): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `The tenant has a file "${name}" with another content: delete it first, or restore to a folder.`,
    { reason: 'name-taken', name },
  );
}
