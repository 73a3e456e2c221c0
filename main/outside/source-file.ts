import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { HoldfastError, type JsonValue } from '../../shared/errors.ts';
import { outside } from './outside-error.ts';

/** By what a file is seen to be the same as before. */
export interface SourceState {
  readonly size: number;
  readonly [key: string]: JsonValue;
}

const pieceBytes = 1024 * 1024;

/** A regular file of this machine that is read from beginning to end. */
export class SourceFile {
  readonly #descriptor: number;
  readonly state: SourceState;

  /** Errors: VALIDATION (a folder, device, pipe or socket), NOT_FOUND, IO. */
  constructor(path: string) {
    outside(() => {
      // Looking first, because opening a device may already do something.
      if (!statSync(path).isFile()) throw notAFile();
    });
    this.#descriptor = outside(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
    this.state = this.#look();
  }

  /** The bytes in pieces; a piece is overwritten by the next. */
  *pieces(): Generator<Buffer> {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    for (let at = 0; ; ) {
      const read = outside(() => readSync(this.#descriptor, buffer, 0, pieceBytes, at));
      if (read === 0) return;
      at += read;
      yield buffer.subarray(0, read);
    }
  }

  /** Throws CONFLICT when the file is not what it was when `state` was taken. */
  requireUnchanged(state: SourceState = this.state): void {
    const now = this.#look();
    if (Object.entries(state).every(([key, value]) => now[key] === value)) return;
    throw new HoldfastError(
      'CONFLICT',
      'The file changed while it was read: try again when nobody writes to it.',
      {
        reason: 'file-changed',
      },
    );
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #look(): SourceState {
    const stat = outside(() => fstatSync(this.#descriptor, { bigint: true }));
    if (!stat.isFile()) throw notAFile();
    return {
      size: Number(stat.size),
      changed: String(stat.mtimeNs),
      file: `${stat.dev}:${stat.ino}`,
    };
  }
}

function notAFile(): HoldfastError {
  return new HoldfastError('VALIDATION', 'This is not a regular file.', {
    issues: [{ path: 'path', reason: 'not-a-regular-file' }],
  });
}
