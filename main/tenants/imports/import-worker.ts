import { systemClock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { SourceFile, type SourceState } from '../../outside/source-file.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import type { Transaction } from '../../storage/store.ts';
import { openWorkerStore, type WorkerStore } from '../../storage/worker-store.ts';
import { DocumentWriter } from '../data/document-writer.ts';
import { withinStorage } from '../data/storage-counter.ts';
import { requireRunning } from './import-store.ts';
import { type LineDocument, parseLine, splitLines } from './json-lines.ts';

export interface ImportInput {
  readonly store: SharedStore;
  readonly rowHashPrefix: Uint8Array;
  readonly importId: Uuid;
  readonly collection: string;
  readonly source: string;
  /** The file as it was when its lines were counted. */
  readonly state: SourceState;
  readonly documents: number;
}

/** A chunk writes for this long at most before it commits, so that others wait less than 20 ms. */
const writingMs = 10;
/** Read ahead outside the lease. */
const aheadDocuments = 1000;
const aheadBytes = 4 * 1024 * 1024;

/** Writes the documents of a counted file, in short chunks between which others may write. */
async function importLines(input: ImportInput, context: WorkerContext): Promise<{ imported: number }> {
  const store = openWorkerStore(input.store, { clock: systemClock });
  try {
    const file = new SourceFile(input.source);
    try {
      file.requireUnchanged(input.state);
      context.progress.phase('Importing documents', input.documents, 'rows');
      let imported = 0;
      for (const batch of batches(file)) {
        for (let at = 0; at < batch.length; ) {
          context.check();
          const written = await writeChunk(store, input, batch, at);
          at += written;
          imported += written;
          context.progress.advance(written);
        }
      }
      file.requireUnchanged(input.state);
      return { imported };
    } finally {
      file.close();
    }
  } finally {
    await store.close();
  }
}

/** Documents in groups; lines that were counted as damaged are left out. */
function* batches(file: SourceFile): Generator<LineDocument[]> {
  let batch: LineDocument[] = [];
  let bytes = 0;
  for (const line of splitLines(file.pieces())) {
    const document = parseLine(line.bytes);
    if ('fault' in document) continue;
    batch.push(document);
    bytes += document.bytes;
    if (batch.length < aheadDocuments && bytes < aheadBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

async function writeChunk(
  store: WorkerStore,
  input: ImportInput,
  batch: readonly LineDocument[],
  from: number,
): Promise<number> {
  return await store.write((transaction) => {
    requireRunning(transaction, input.importId);
    const until = performance.now() + writingMs;
    const writer = new DocumentWriter(transaction, input.rowHashPrefix);
    let written = 0;
    for (const document of batch.slice(from)) {
      putLine(transaction, writer, input, document);
      written += 1;
      if (performance.now() >= until) break;
    }
    writer.finish();
    transaction.sql('UPDATE imports SET imported = imported + ? WHERE id = ?').run(written, input.importId);
    return written;
  });
}

function putLine(
  transaction: Transaction,
  writer: DocumentWriter,
  { collection, importId }: ImportInput,
  { id, text, bytes }: LineDocument,
): void {
  withinStorage(transaction, bytes, () => {
    writer.put(collection, id, text, writer.newest(collection, id), importId);
  });
}

serveCall(importLines);
