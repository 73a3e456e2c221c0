import type {
  ByteRange,
  FileKind,
  RepositoryFiles,
} from '../../../../main/backups/container/repository-files.ts';
import { HoldfastError } from '../../../../shared/errors.ts';

/**
 * Files whose n-th call, once armed, fails; or whose calls all fail from then on, as those of a process that was killed;
 * or into which no pack can be written any more, for want of space.
 */
export class FaultyFiles implements RepositoryFiles {
  armed = false;
  hit = false;
  readonly #files: RepositoryFiles;
  readonly #at: number;
  readonly #how: 'fails' | 'stops' | 'full';
  #calls = 0;

  constructor(files: RepositoryFiles, at: number, how: 'fails' | 'stops' | 'full') {
    this.#files = files;
    this.#at = at;
    this.#how = how;
  }

  prepare() {
    return this.#call(() => this.#files.prepare());
  }
  list(kind: FileKind) {
    return this.#call(() => this.#files.list(kind));
  }
  read(kind: FileKind, name: string, range?: ByteRange) {
    return this.#call(() => this.#files.read(kind, name, range));
  }
  write(kind: FileKind, name: string, parts: readonly Uint8Array[]) {
    if (this.armed && this.#how === 'full' && kind === 'data') {
      return Promise.reject(new HoldfastError('STORAGE_FULL', 'no space left', { where: 'repository' }));
    }
    return this.#call(() => this.#files.write(kind, name, parts));
  }
  remove(kind: FileKind, name: string) {
    return this.#call(() => this.#files.remove(kind, name));
  }
  size(kind: FileKind, name: string) {
    return this.#call(() => this.#files.size(kind, name));
  }
  storedHash(kind: FileKind, name: string) {
    return this.#call(() => this.#files.storedHash(kind, name));
  }

  removeLeftovers() {
    return this.#call(() => this.#files.removeLeftovers());
  }

  async #call<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.armed && this.#how !== 'full') {
      this.#calls += 1;
      if (this.#how === 'fails' ? this.#calls === this.#at : this.#calls >= this.#at) {
        this.hit = true;
        throw new HoldfastError('IO', 'this call fails', { syscall: 'any', errno: 'EIO' });
      }
    }
    return await work();
  }
}
