import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { writeAll } from '../../outside/new-file.ts';
import { SourceFile } from '../../outside/source-file.ts';
import { incomingFolder } from '../../row-hash/tenant-rows.ts';
import { syncFolderNow } from '../../storage/durable-file.ts';
import { storageError } from '../../storage/sqlite-errors.ts';
import { contentPath } from './content-path.ts';

export interface AddFileInput {
  readonly source: string;
  readonly tenantFolder: string;
}
export interface AddedContent {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** Copies a file into the tenant's contents; durable when it answers. */
function addContent(
  { source, tenantFolder }: AddFileInput,
  { progress, check }: WorkerContext,
): AddedContent {
  const file = new SourceFile(source);
  const incoming = join(incomingFolder(tenantFolder), randomBytes(16).toString('hex'));
  try {
    progress.phase('Copying the file', file.state.size, 'bytes');
    mkdirSync(dirname(incoming), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    let size = 0;
    const descriptor = openSync(incoming, 'wx', 0o600);
    try {
      for (const piece of file.pieces()) {
        check();
        hash.update(piece);
        writeAll(descriptor, piece);
        size += piece.length;
        progress.advance(piece.length);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    file.requireUnchanged();
    const sha256 = hash.digest('hex');
    keep(incoming, contentPath(tenantFolder, sha256));
    return { size, sha256 };
  } finally {
    rmSync(incoming, { force: true });
    file.close();
  }
}

/** Also over a content that is there already: that one may be damaged since, or not durable yet. */
function keep(incoming: string, content: string): void {
  const folder = dirname(content);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  renameSync(incoming, content);
  syncFolderNow(folder);
  syncFolderNow(dirname(folder));
}

serveCall<AddFileInput, AddedContent>((input, context) => {
  try {
    return addContent(input, context);
  } catch (error) {
    throw storageError(error, 'tenant');
  }
});
