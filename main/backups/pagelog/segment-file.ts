import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolderNow } from '../../storage/durable-file.ts';
import {
  checkSegment,
  encodeSegmentEnd,
  readSegmentHeader,
  type SegmentHeader,
  segmentMagic,
} from './segment.ts';

const ending = '.hflog';
const partialEnding = '.partial';

/** Segments are named so that they sort by their number. */
export function segmentName(seq: number): string {
  return `${String(seq).padStart(12, '0')}${ending}`;
}

export function isSegmentName(name: string): boolean {
  return /^\d{12}\.hflog$/.test(name);
}

/** Writes one segment beside its name; it appears whole and durable, or not at all. Throws the system's errors. */
export class SegmentFileWriter {
  readonly #file: string;
  readonly #partial: string;
  readonly #descriptor: number;
  readonly #hash = createHash('sha256');
  #written = 0;
  #open = true;

  constructor(folder: string, seq: number) {
    this.#file = join(folder, segmentName(seq));
    this.#partial = `${this.#file}${partialEnding}`;
    rmSync(this.#partial, { force: true });
    this.#descriptor = openSync(this.#partial, 'wx', 0o600);
    try {
      this.write(segmentMagic);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#written;
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#put(bytes);
  }

  /** Answers the segment's path. */
  finish(header: SegmentHeader): string {
    this.#put(encodeSegmentEnd(header, this.#hash));
    fsyncSync(this.#descriptor);
    this.#close();
    renameSync(this.#partial, this.#file);
    syncFolderNow(dirname(this.#file));
    return this.#file;
  }

  abandon(): void {
    this.#close();
    rmSync(this.#partial, { force: true });
  }

  /** Once: the number may be another file's by the next time. */
  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#descriptor);
  }

  #put(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    this.#written += bytes.length;
  }
}

/** A segment in a file, for reading. Close it. */
export class SegmentFile {
  readonly path: string;
  readonly bytes: number;
  readonly header: SegmentHeader;
  readonly #descriptor: number;

  /** Errors: INTEGRITY, NEWER_FORMAT, the system's. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'r');
    try {
      this.bytes = statSync(path).size;
      this.header = readSegmentHeader(this.read, this.bytes, basename(path));
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /** Holds the whole file against its hash. Throws INTEGRITY. */
  check(): void {
    checkSegment(this.read, this.bytes, basename(this.path));
  }

  readonly read = (position: number, length: number): Uint8Array => {
    const target = Buffer.alloc(Math.max(0, length));
    let done = 0;
    while (done < target.length) {
      const read = readSync(this.#descriptor, target, done, target.length - done, position + done);
      if (read === 0) return target.subarray(0, done);
      done += read;
    }
    return target;
  };

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Opens a segment for as long as `use` runs. */
export function withSegment<Result>(path: string, use: (segment: SegmentFile) => Result): Result {
  const segment = new SegmentFile(path);
  try {
    return use(segment);
  } finally {
    segment.close();
  }
}
