import { createHash } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';

/** What a repository stores; every kind but `config` is named by the SHA-256 of its stored bytes. */
export const fileKinds = ['config', 'keys', 'data', 'index', 'snapshots', 'locks'] as const;
export type FileKind = (typeof fileKinds)[number];

export interface StoredFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed, epoch milliseconds; undefined where that is not known. */
  readonly modifiedMs?: number | undefined;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What a place goes on keeping of a file that was removed or replaced: older versions under an object lock. */
export interface Kept {
  readonly files: number;
  /** Until when, epoch milliseconds; null: as long as nobody with the right to it removes them. */
  readonly until: number | null;
}

/** Adds up what is kept: the latest moment counts, and one without an end is the latest. */
export function keptTogether(kept: readonly (Kept | undefined)[]): Kept | undefined {
  let sum: Kept | undefined;
  for (const one of kept) {
    if (one === undefined) continue;
    const until = sum === undefined ? one.until : latest(sum.until, one.until);
    sum = { files: (sum?.files ?? 0) + one.files, until };
  }
  return sum;
}

const latest = (one: number | null, other: number | null) =>
  one === null || other === null ? null : Math.max(one, other);

/**
 * Where a repository's files lie: the seam for folders, S3 and SFTP. The one file of kind `config` has the
 * empty name. All methods throw HoldfastError IO, STORAGE_FULL, READ_ONLY or NOT_FOUND; on another machine also
 * UNAVAILABLE and FORBIDDEN.
 */
export interface RepositoryFiles {
  /** Prepares an empty place for a repository. */
  prepare(): Promise<void>;
  list(kind: FileKind): Promise<readonly StoredFile[]>;
  /** The whole file or exactly the range; a range past the end is INTEGRITY. */
  read(kind: FileKind, name: string, range?: ByteRange): Promise<Uint8Array>;
  /** Durable when it resolves. Never replaces a file: an existing name is CONFLICT. */
  write(kind: FileKind, name: string, parts: readonly Uint8Array[]): Promise<void>;
  /** Answers what the place keeps of it all the same; whoever lists the files does not see it any more. */
  remove(kind: FileKind, name: string): Promise<Kept | undefined>;
  /** Bytes, or undefined when there is no such file. */
  size(kind: FileKind, name: string): Promise<number | undefined>;
  /** SHA-256 in hex of the stored bytes, by reading them, or as the server found it when it stored them. */
  storedHash(kind: FileKind, name: string): Promise<string>;
  /** Removes what writes left that were killed; of files in `locks` nothing. The caller holds the exclusive lock. */
  removeLeftovers(): Promise<Leftovers>;
}

/** Files under temporary names, which nobody finishes any more. */
export interface Leftovers {
  readonly files: number;
  readonly bytes: number;
}

/** The temporary name of a file, ours and restic's. */
export const leftoverPattern = /^(?:config|[0-9a-f]{64})-tmp-[0-9a-f]+$/;

/** Folders below a repository in which a killed write can leave something; `data` has folders of its own. */
export const leftoverFolders = ['', 'keys', 'index', 'snapshots'] as const;

export const contentNamePattern = /^[0-9a-f]{64}$/;

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** How a file is named to people: `data/3f2a…`. */
export function fileLabel(kind: FileKind, name: string): string {
  return kind === 'config' ? 'config' : `${kind}/${name}`;
}

/** Where a file lies below the repository, as in restic. Errors: VALIDATION (not a name). */
export function pathWithin(kind: FileKind, name: string): string {
  if (kind === 'config') return 'config';
  if (!contentNamePattern.test(name)) {
    throw new HoldfastError('VALIDATION', `A file of kind ${kind} is named by 64 hex digits.`, { kind });
  }
  return kind === 'data' ? `data/${name.slice(0, 2)}/${name}` : `${kind}/${name}`;
}

/** Errors: CONFLICT. */
export function fileExists(label: string): HoldfastError {
  return new HoldfastError('CONFLICT', `${label} exists already and is never replaced.`, {
    reason: 'file-exists',
    file: label,
  });
}

export function cutShort(label: string): HoldfastError {
  return new HoldfastError('INTEGRITY', `${label} is shorter than the index says; it was cut off.`, {
    problems: [{ file: label, what: 'too short' }],
  });
}
