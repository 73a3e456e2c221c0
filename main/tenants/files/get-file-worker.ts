import { createHash } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { writeNewFile } from '../../outside/new-file.ts';
import { SourceFile } from '../../outside/source-file.ts';
import { contentPath } from './content-path.ts';

export interface GetFileInput {
  readonly tenantFolder: string;
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
  readonly destination: string;
}

/** Writes a content to a new file. Throws INTEGRITY when the stored bytes are not those the name says. */
function getContent(
  input: GetFileInput,
  { progress, check }: WorkerContext,
): { size: number; sha256: string } {
  const { tenantFolder, sha256, size, destination } = input;
  const file = openContent(contentPath(tenantFolder, sha256));
  try {
    progress.phase('Writing the file', size, 'bytes');
    writeNewFile(destination, (append) => {
      const hash = createHash('sha256');
      for (const piece of file.pieces()) {
        check();
        hash.update(piece);
        append(piece);
        progress.advance(piece.length);
      }
      if (hash.digest('hex') !== sha256) throw damaged('file-content-damaged');
    });
    return { size, sha256 };
  } finally {
    file.close();
  }
}

function openContent(path: string): SourceFile {
  try {
    return new SourceFile(path);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') throw damaged('file-content-missing');
    throw error;
  }
}

function damaged(problem: string): HoldfastError {
  return new HoldfastError('INTEGRITY', 'The stored content is damaged. Restore the tenant from a backup.', {
    problems: [problem],
  });
}

serveCall(getContent);
