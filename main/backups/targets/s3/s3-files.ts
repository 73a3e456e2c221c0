import {
  type ByteRange,
  contentNamePattern,
  type FileKind,
  fileLabel,
  type Kept,
  type Leftovers,
  pathWithin,
  type RepositoryFiles,
  type StoredFile,
} from '../../container/repository-files.ts';
import type { S3Location } from '../location.ts';
import type { RemoteTiming } from '../remote-timing.ts';
import { S3Connection } from './s3-connection.ts';
import { S3Objects } from './s3-objects.ts';

/** A repository in a bucket, laid out as restic's s3 backend does. `location.prefix` is the repository's own. */
export class S3Files implements RepositoryFiles {
  readonly #objects: S3Objects;
  readonly #prefix: string;

  constructor(location: S3Location, timing: RemoteTiming = {}) {
    this.#objects = new S3Objects(new S3Connection(location, timing));
    this.#prefix = `${location.prefix}/`;
  }

  /** A bucket needs no folders, but it has to be there. */
  async prepare(): Promise<void> {
    await this.#objects.requireBucket();
  }

  async list(kind: FileKind): Promise<readonly StoredFile[]> {
    if (kind === 'config') {
      const size = await this.size('config', '');
      return size === undefined ? [] : [{ name: '', size }];
    }
    const found: StoredFile[] = [];
    for await (const { key, size, modifiedMs } of this.#objects.list(`${this.#prefix}${kind}/`)) {
      const name = key.slice(key.lastIndexOf('/') + 1);
      if (contentNamePattern.test(name) && key === this.#key(kind, name))
        found.push({ name, size, modifiedMs });
    }
    return found;
  }

  async read(kind: FileKind, name: string, range?: ByteRange): Promise<Uint8Array> {
    return await this.#objects.get(this.#key(kind, name), fileLabel(kind, name), range);
  }

  async write(kind: FileKind, name: string, parts: readonly Uint8Array[]): Promise<void> {
    await this.#objects.putNew(this.#key(kind, name), Buffer.concat(parts), fileLabel(kind, name));
  }

  async remove(kind: FileKind, name: string): Promise<Kept | undefined> {
    return await this.#objects.remove(this.#key(kind, name), fileLabel(kind, name));
  }

  async size(kind: FileKind, name: string): Promise<number | undefined> {
    return (await this.#objects.head(this.#key(kind, name), fileLabel(kind, name)))?.size;
  }

  async storedHash(kind: FileKind, name: string): Promise<string> {
    return await this.#objects.hash(this.#key(kind, name), fileLabel(kind, name));
  }

  /** An object is there whole or not at all. */
  removeLeftovers(): Promise<Leftovers> {
    return Promise.resolve({ files: 0, bytes: 0 });
  }

  #key(kind: FileKind, name: string): string {
    return this.#prefix + pathWithin(kind, name);
  }
}
