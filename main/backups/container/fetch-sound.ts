import { createHash } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';
import { type FileKind, fileLabel, type RepositoryFiles } from './repository-files.ts';

/** Another place with the same files. */
export interface HealSource {
  /** What people call it. */
  readonly name: string;
  readonly files: RepositoryFiles;
}

export interface Healed {
  /** `data/3f2a…`, `config`. */
  readonly file: string;
  /** Name of the copy that it came from; null: made anew from what was there. */
  readonly from: string | null;
  readonly why: string;
}

/** The first sound copy of a file, proved by its SHA-256. A copy that is away or damaged is passed over. */
export async function findSound(
  sources: readonly HealSource[],
  kind: Exclude<FileKind, 'config'>,
  name: string,
): Promise<{ readonly from: string; readonly bytes: Uint8Array } | undefined> {
  for (const { name: from, files } of sources) {
    try {
      const bytes = await files.read(kind, name);
      if (hashOf(bytes) === name) return { from, bytes };
    } catch (error) {
      if (!isTrouble(error)) throw error;
    }
  }
  return undefined;
}

/** Puts a sound copy in the place of a damaged or missing file. Undefined where no copy has it. Errors: those of writing. */
export async function fetchSound(
  files: RepositoryFiles,
  sources: readonly HealSource[],
  {
    kind,
    name,
    why,
  }: { readonly kind: Exclude<FileKind, 'config'>; readonly name: string; readonly why: string },
): Promise<Healed | undefined> {
  const sound = await findSound(sources, kind, name);
  if (sound === undefined) return undefined;
  if ((await files.size(kind, name)) !== undefined) await files.remove(kind, name);
  await files.write(kind, name, [sound.bytes]);
  if (hashOf(await files.read(kind, name)) !== name) {
    throw new HoldfastError(
      'IO',
      `The disk gave back other bytes of ${fileLabel(kind, name)} than were written. Check it, and repair again.`,
      { syscall: 'read', errno: 'EIO', file: fileLabel(kind, name) },
    );
  }
  return { file: fileLabel(kind, name), from: sound.from, why };
}

/** What is wrong with a file that is named by its SHA-256; undefined where it is sound. Errors: IO. */
export async function damageOf(
  files: RepositoryFiles,
  kind: Exclude<FileKind, 'config'>,
  name: string,
): Promise<string | undefined> {
  try {
    return hashOf(await files.read(kind, name)) === name ? undefined : 'its bytes do not match its name';
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    if (error.code === 'NOT_FOUND') return 'it is missing';
    if (error.code === 'INTEGRITY') return error.message;
    throw error;
  }
}

/** Trouble of one place, for which another one can be asked. */
export function isTrouble(error: unknown): boolean {
  const codes = ['NOT_FOUND', 'INTEGRITY', 'IO', 'READ_ONLY', 'UNAVAILABLE', 'UNAUTHENTICATED'];
  return error instanceof HoldfastError && codes.includes(error.code);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
