import { createHash } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';
import type { ContainerProgress } from './blob.ts';
import { throwIfCancelled } from './cancelling.ts';
import { type FileKind, fileLabel, type RepositoryFiles } from './repository-files.ts';

export interface Problem {
  /** `data/3f2a…`, `snapshots/…`, `tree …`. */
  readonly file: string;
  readonly what: string;
}

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ContainerProgress) => void) | undefined;
}

const step = 2 ** 20;

/**
 * Compares the SHA-256 of every stored file with its name. Needs no keys, so that whoever keeps a copy can
 * run it. Returns what is wrong.
 */
export async function checkStoredFiles(
  files: RepositoryFiles,
  options: CheckOptions & { readonly kinds?: readonly FileKind[] } = {},
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const kinds = options.kinds ?? ['keys', 'snapshots', 'index', 'data'];
  const listed: { kind: FileKind; name: string; size: number }[] = [];
  for (const kind of kinds) for (const file of await files.list(kind)) listed.push({ kind, ...file });
  let bytes = 0;
  for (const [done, { kind, name, size }] of listed.entries()) {
    const problem = await problemOf(async () => {
      const hash = createHash('sha256');
      for (let offset = 0; offset < size; offset += step) {
        throwIfCancelled(options.signal);
        hash.update(await files.read(kind, name, { offset, length: Math.min(step, size - offset) }));
      }
      return hash.digest('hex') === name ? undefined : 'its bytes do not match its name';
    });
    if (problem !== undefined) problems.push({ file: fileLabel(kind, name), what: problem });
    bytes += size;
    options.onProgress?.({ phase: 'checking-files', done: done + 1, total: listed.length, bytes });
  }
  return problems;
}

/** Turns damage and reading errors into a line for the report; being cancelled is not one. */
export async function problemOf(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    if (
      !(error instanceof HoldfastError) ||
      !['INTEGRITY', 'NOT_FOUND', 'IO', 'READ_ONLY'].includes(error.code)
    ) {
      throw error;
    }
    return error.message;
  }
}
