import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { partText, type RestorePart } from '../../../shared/restore-parts.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import {
  chosenDocuments,
  chosenFiles,
  missingParts,
  notThere,
  referredFiles,
} from '../../row-hash/chosen-rows.ts';
import { documentLine } from '../../row-hash/document-line.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import { Connection, reading } from '../../storage/connection.ts';
import type { Reading } from '../../storage/store.ts';
import type { Repository } from '../container/repository.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';
import { chosenContents } from './chosen-contents.ts';
import { partsText } from './folder-text.ts';
import { inTheWay } from './obstacles.ts';
import { rebuiltFile } from './rebuild.ts';
import { type ListedFile, writeNamedFiles } from './write-named-files.ts';

/** Documents of one collection in a restored folder. */
interface WrittenCollection {
  readonly collection: string;
  readonly path: string;
  readonly documents: number;
  readonly bytes: number;
  /** Of the file, hex. */
  readonly sha256: string;
}

const gatherCharacters = 256 * 1024;

/**
 * Writes the chosen parts of a rebuilt and proved database into its folder: `documents/COLLECTION.jsonl`, the files that
 * are chosen or that chosen documents refer to, and `parts.json`, which says that there is nothing else. All of it is
 * read from the disk again. Errors: CONFLICT (`data.obstacles`), INTEGRITY, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function writeParts(
  repository: Repository,
  snapshot: OpenSnapshot,
  { folder, only }: { readonly folder: string; readonly only: readonly RestorePart[] },
  context: WorkerContext,
): Promise<{ readonly rows: number; readonly files: number; readonly bytes: number }> {
  const connection = new Connection(rebuiltFile(folder, 'data'), { name: 'data' });
  try {
    const then = reading(connection);
    const missing = missingParts(then, only);
    if (missing.length > 0) throw inTheWay(missing.map(notThere));
    chosenContents(then, only, snapshot);
    const collections = await writeDocuments(then, { folder, only }, context);
    const referred = referredFiles(then, only);
    const wanted = [...chosenFiles(then, only), ...referred];
    const files = await writeNamedFiles(repository, snapshot, { files: wanted, folder }, context);
    await readAgain(folder, [...collections, ...files.entries], context);
    const { id: snapshotId, manifest } = snapshot;
    const told = {
      format: 1,
      partial: true,
      snapshotId,
      tenantId: manifest.tenantId,
      time: manifest.time,
      parts: only.map(partText),
      collections,
      files: { count: files.count, bytes: files.bytes, referred: referred.map(({ name }) => name) },
    };
    await writeFile(join(folder, 'parts.json'), `${JSON.stringify(told, null, 2)}\n`);
    const lost = files.entries.filter(({ path }) => path === null).map(({ name }) => name);
    await writeFile(
      join(folder, 'README.txt'),
      partsText(snapshot, { parts: told.parts, collections, apart: files.apart, lost }),
    );
    return {
      rows: collections.reduce((sum, { documents }) => sum + documents, 0),
      files: files.count,
      bytes: collections.reduce((sum, { bytes }) => sum + bytes, 0) + files.bytes,
    };
  } finally {
    connection.close();
  }
}

async function writeDocuments(
  then: Reading,
  { folder, only }: { readonly folder: string; readonly only: readonly RestorePart[] },
  context: WorkerContext,
): Promise<WrittenCollection[]> {
  const names = new Set(only.map(({ collection }) => collection));
  names.delete(filesCollection);
  if (names.size === 0) return [];
  context.progress.phase('Writing documents', null, 'rows');
  await mkdir(join(folder, 'documents'), { recursive: true, mode: 0o700 });
  const written: WrittenCollection[] = [];
  for (const collection of [...names].sort()) {
    const parts = only
      .filter((part) => part.collection === collection)
      .sort((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1));
    const path = `documents/${collection}.jsonl`;
    written.push({ collection, path, ...(await writeLines(then, join(folder, path), parts, context)) });
  }
  return written;
}

async function writeLines(
  then: Reading,
  file: string,
  parts: readonly RestorePart[],
  { progress, check }: WorkerContext,
): Promise<Pick<WrittenCollection, 'documents' | 'bytes' | 'sha256'>> {
  const hash = createHash('sha256');
  const handle = await open(file, 'w', 0o600);
  try {
    let [documents, bytes, gathered] = [0, 0, ''];
    const flush = async () => {
      check();
      const piece = Buffer.from(gathered);
      hash.update(piece);
      await handle.appendFile(piece);
      bytes += piece.length;
      gathered = '';
    };
    for (const { id, content } of chosenDocuments(then, parts)) {
      gathered += `${documentLine(id, content)}\n`;
      documents += 1;
      progress.advance(1);
      if (gathered.length >= gatherCharacters) await flush();
    }
    await flush();
    await handle.sync();
    return { documents, bytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** Throws INTEGRITY where the disk gives back something else than was written. */
async function readAgain(
  folder: string,
  written: readonly (Pick<ListedFile, 'path' | 'sha256'> | WrittenCollection)[],
  { progress, check }: WorkerContext,
): Promise<void> {
  progress.phase('Reading what was written', null, 'bytes');
  for (const { path, sha256 } of written) {
    if (path === null) continue;
    const hash = createHash('sha256');
    for await (const part of createReadStream(join(folder, path))) {
      check();
      hash.update(part);
      progress.advance(part.length);
    }
    if (hash.digest('hex') === sha256) continue;
    throw new HoldfastError(
      'INTEGRITY',
      `The disk gave back something else for ${path} than was written, so nothing was restored. Choose another place.`,
      { where: 'destination', problems: [{ file: path, what: 'differs from what was written' }] },
    );
  }
}
