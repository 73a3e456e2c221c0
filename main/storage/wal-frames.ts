import { closeSync, openSync, readSync } from 'node:fs';
import { HoldfastError } from '../../shared/errors.ts';
import { storageError } from './sqlite-errors.ts';
import { addWords, type Checksum, inHostOrder } from './wal-checksum.ts';

/** Sizes in the file, in bytes: sqlite.org/fileformat2.html section 4.1. */
export const walHeaderBytes = 32;
export const frameHeaderBytes = 24;

export interface WalHeader {
  readonly pageSize: number;
  readonly salt1: number;
  readonly salt2: number;
  /** Whether checksums can be added up without turning the bytes of each word. */
  readonly hostOrder: boolean;
  readonly checksum: Readonly<Checksum>;
}

export interface WalFrame {
  /** Counted from 1. */
  readonly number: number;
  readonly page: number;
  /** Size of the database in pages after the commit that this frame ends; 0 for frames within one. */
  readonly commitPages: number;
  /** The page's bytes; valid until the next frame. */
  readonly content: Uint8Array;
}

/** What names one generation of a log: it changes each time a writer begins the log anew. */
export type WalSalts = Pick<WalHeader, 'salt1' | 'salt2'>;

/** A place in the log: how many frames lie before it, and their running checksum. Reading frames moves it on. */
export interface WalPlace {
  frame: number;
  readonly checksum: Checksum;
}

/** A `-wal` file, which may be opened and closed freely: SQLite keeps no locks on it. */
export class WalFile {
  readonly #descriptor: number;
  readonly #where: string;
  readonly header: WalHeader;

  /** Errors: IO (missing), INTEGRITY (not a log). `where` names the database. */
  constructor(databaseFile: string, where: string) {
    this.#where = where;
    try {
      this.#descriptor = openSync(`${databaseFile}-wal`, 'r');
    } catch (error) {
      throw storageError(error, where);
    }
    try {
      this.header = this.#readHeader();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /**
   * The frames behind `after` (the first by default) to number `last`, each checked against the salts and the
   * running checksum, which `after` carries on. Throws INTEGRITY where one does not hold.
   */
  *frames(last: number, after: WalPlace = this.beginning()): Generator<WalFrame> {
    const { pageSize, hostOrder, salt1, salt2 } = this.header;
    const frameBytes = frameHeaderBytes + pageSize;
    const framesAtOnce = Math.max(1, Math.floor((1 << 20) / frameBytes));
    const bytes = Buffer.from(new ArrayBuffer(framesAtOnce * frameBytes));
    const turned = Buffer.from(new ArrayBuffer(frameBytes));
    const { checksum } = after;
    for (let first = after.frame + 1; first <= last; first += framesAtOnce) {
      const count = Math.min(framesAtOnce, last - first + 1);
      this.#readFully(bytes.subarray(0, count * frameBytes), this.#offset(first));
      for (let index = 0; index < count; index += 1) {
        const start = index * frameBytes;
        const frame = bytes.subarray(start, start + frameBytes);
        const summed = hostOrder ? frame : copyTurned(frame, turned);
        addWords(checksum, new Uint32Array(summed.buffer, summed.byteOffset, 2));
        addWords(
          checksum,
          new Uint32Array(summed.buffer, summed.byteOffset + frameHeaderBytes, pageSize / 4),
        );
        const holds =
          frame.readUInt32BE(8) === salt1 &&
          frame.readUInt32BE(12) === salt2 &&
          frame.readInt32BE(16) === checksum.s0 &&
          frame.readInt32BE(20) === checksum.s1;
        if (!holds) throw this.#damaged(`frame ${first + index} does not hold`);
        after.frame = first + index;
        yield {
          number: first + index,
          page: frame.readUInt32BE(0),
          commitPages: frame.readUInt32BE(4),
          content: frame.subarray(frameHeaderBytes),
        };
      }
    }
  }

  /** The place before the first frame. */
  beginning(): WalPlace {
    return { frame: 0, checksum: { ...this.header.checksum } };
  }

  /** Reads the page that frame `number` holds into `target`. */
  readPage(number: number, target: Uint8Array): void {
    this.#readFully(target, this.#offset(number) + frameHeaderBytes);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #offset(number: number): number {
    return walHeaderBytes + (number - 1) * (frameHeaderBytes + this.header.pageSize);
  }

  #readHeader(): WalHeader {
    const bytes = Buffer.from(new ArrayBuffer(walHeaderBytes));
    this.#readFully(bytes, 0);
    const magic = bytes.readUInt32BE(0);
    const pageSize = bytes.readUInt32BE(8);
    if ((magic & ~1) >>> 0 !== 0x377f0682 || bytes.readUInt32BE(4) !== 3007000 || !isPageSize(pageSize)) {
      throw this.#damaged('the header of the write-ahead log does not hold');
    }
    const hostOrder = inHostOrder(magic);
    const checksum: Checksum = { s0: 0, s1: 0 };
    const summed = hostOrder ? bytes : copyTurned(bytes, Buffer.from(new ArrayBuffer(walHeaderBytes)));
    addWords(checksum, new Uint32Array(summed.buffer, 0, 6));
    if (bytes.readInt32BE(24) !== checksum.s0 || bytes.readInt32BE(28) !== checksum.s1) {
      throw this.#damaged('the header of the write-ahead log does not hold');
    }
    return { pageSize, salt1: bytes.readUInt32BE(16), salt2: bytes.readUInt32BE(20), hostOrder, checksum };
  }

  #readFully(target: Uint8Array, position: number): void {
    let done = 0;
    while (done < target.byteLength) {
      const read = this.#read(target.subarray(done), position + done);
      if (read === 0) throw this.#damaged('the write-ahead log ends too early');
      done += read;
    }
  }

  #read(target: Uint8Array, position: number): number {
    try {
      return readSync(this.#descriptor, target, 0, target.byteLength, position);
    } catch (error) {
      throw storageError(error, this.#where);
    }
  }

  #damaged(problem: string): HoldfastError {
    return new HoldfastError(
      'INTEGRITY',
      `The write-ahead log of the ${this.#where} database is not as it was written: ${problem}.`,
      { where: this.#where, problems: [problem] },
    );
  }
}

function isPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) === 0;
}

function copyTurned(source: Buffer, target: Buffer): Buffer {
  source.copy(target);
  return target.swap32();
}
