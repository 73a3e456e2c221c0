import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { release } from '../../storage/release.ts';
import { systemError } from '../../storage/system-error.ts';
import type { BlobTarget, Refusal, SealerOptions, SealJob, SealReply } from './seal-protocol.ts';
import { seal, unseal } from './sealing.ts';
import { compress, decompress } from './zstandard.ts';

/** SHA-256, zstd and sealing of blobs, and the way back, in the thread that asks. */
export class Sealer {
  readonly #options: SealerOptions;
  /** Plain bytes of which it is not yet said whether they are new. */
  readonly #waiting = new Map<number, Uint8Array>();

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /** Does a job; nothing is to be said of one that was dropped. */
  answer(request: SealJob): SealReply | undefined {
    const { job } = request;
    switch (request.do) {
      case 'hash':
        this.#waiting.set(job, request.plain);
        return { job, did: 'hash', id: sha256(request.plain) };
      case 'drop':
        this.#waiting.delete(job);
        return undefined;
      case 'seal': {
        const plain = this.#waiting.get(job) ?? new Uint8Array();
        this.#waiting.delete(job);
        return sealBlob(this.#options, job, plain, request.alwaysCompress);
      }
      case 'open':
        return openBlob(this.#options, request);
    }
  }
}

function sealBlob(
  { keys, compressionLevel }: SealerOptions,
  job: number,
  plain: Uint8Array,
  alwaysCompress: boolean,
): SealReply {
  const compressed = compress(plain, compressionLevel);
  const compresses = alwaysCompress || compressed.length < plain.length;
  const sealed = seal(keys, compresses ? compressed : plain);
  const plainLength = compresses ? plain.length : undefined;
  release(plain, compressed);
  return { job, did: 'seal', sealed, plainLength };
}

function openBlob(
  { keys }: SealerOptions,
  { job, sealed, id, plainLength, into }: Extract<SealJob, { do: 'open' }>,
): SealReply {
  const stored = unseal(keys, sealed);
  release(sealed);
  if (stored === undefined) return { job, did: 'fail', what: 'its seal does not hold' };
  const plain = plainLength === undefined ? stored : decompress(stored, plainLength, plainLength);
  if (plain !== stored) release(stored);
  if (plain === undefined) return { job, did: 'fail', what: 'it cannot be decompressed' };
  if (sha256(plain) !== id) return { job, did: 'fail', what: 'its content does not match its id' };
  if (into === undefined) return { job, did: 'open', plain: ownBuffer(plain) };
  if (plain.length !== into.length)
    return { job, did: 'fail', what: 'it has another length than the index says' };
  const refusal = writeBlob(plain, into);
  release(plain);
  return refusal === undefined ? { job, did: 'write' } : { job, did: 'refuse', refusal };
}

/**
 * What Linux is given at once it keeps as one folio, and ext4 walks all its blocks at each page that is written there
 * later: replaying the log over pieces of 1 MiB takes twice the system's time.
 */
const pieceBytes = 64 * 1024;

/** Errors of the system are answered: an error that is posted loses its code. */
function writeBlob(plain: Uint8Array, { descriptor, position }: BlobTarget): Refusal | undefined {
  try {
    for (let done = 0; done < plain.length; ) {
      done += writeSync(descriptor, plain, done, Math.min(plain.length - done, pieceBytes), position + done);
    }
    return undefined;
  } catch (error) {
    const refused = systemError(error);
    if (!(error instanceof Error && refused !== undefined)) throw error;
    return { message: error.message, code: refused.errno, syscall: refused.syscall ?? 'write' };
  }
}

/** Bytes that may be transferred: a small Buffer shares its memory with others, and what is left over goes along. */
function ownBuffer(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength - bytes.byteLength <= 1024 && bytes.byteLength > 65_536
    ? bytes
    : new Uint8Array(bytes);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
