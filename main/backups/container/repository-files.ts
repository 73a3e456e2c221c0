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

/**
 * Where a repository's files lie: the seam for folders, S3 and SFTP. The one file of kind `config` has the
 * empty name. All methods throw HoldfastError IO, STORAGE_FULL, READ_ONLY or NOT_FOUND.
 */
export interface RepositoryFiles {
  /** Prepares an empty place for a repository. */
  prepare(): Promise<void>;
  list(kind: FileKind): Promise<readonly StoredFile[]>;
  /** The whole file or exactly the range; a range past the end is INTEGRITY. */
  read(kind: FileKind, name: string, range?: ByteRange): Promise<Uint8Array>;
  /** Durable when it resolves. Never replaces a file: an existing name is CONFLICT. */
  write(kind: FileKind, name: string, parts: readonly Uint8Array[]): Promise<void>;
  remove(kind: FileKind, name: string): Promise<void>;
  /** Bytes, or undefined when there is no such file. */
  size(kind: FileKind, name: string): Promise<number | undefined>;
}

export const contentNamePattern = /^[0-9a-f]{64}$/;

/** How a file is named to people: `data/3f2a…`. */
export function fileLabel(kind: FileKind, name: string): string {
  return kind === 'config' ? 'config' : `${kind}/${name}`;
}
