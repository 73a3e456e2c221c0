import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { sqliteHeaderBytes } from '../../storage/foreign-database.ts';

/** Windows has neither flag, and none is needed there. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const readBytes = 2 ** 20;

/** A file being read: never through a symbolic link, never waiting for a pipe that took its place. */
export class EntryReader {
  readonly #descriptor: number;

  /** Errors: the system's. */
  constructor(path: Buffer) {
    this.#descriptor = openSync(path, flags);
  }

  stat() {
    return fstatSync(this.#descriptor, { bigint: true });
  }

  /** What an SQLite database begins with, or as much as there is. */
  header(): Uint8Array {
    const bytes = Buffer.alloc(sqliteHeaderBytes);
    return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, bytes.length, 0));
  }

  /** The bytes from the beginning, in one and the same piece of memory: use each before the next. */
  *bytes(advance: (by: number) => void): Generator<Uint8Array> {
    const room = Buffer.allocUnsafeSlow(Math.min(readBytes, Number(this.stat().size) + 1));
    for (let at = 0; ; ) {
      const length = readSync(this.#descriptor, room, 0, room.length, at);
      if (length === 0) return;
      yield room.subarray(0, length);
      advance(length);
      at += length;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
