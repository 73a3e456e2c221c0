/** What restic's chunker uses: a window of 64 bytes, pieces of 512 KiB to 8 MiB, 1 MiB beyond the least on average. */
const windowBytes = 64;
const leastBytes = 512 * 2 ** 10;
const mostBytes = 8 * 2 ** 20;
const cutMask = 2 ** 20 - 1;

/** Fingerprints have 53 bits; they are kept as a high and a low half, since bitwise arithmetic has 32. */
interface Halves {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/**
 * Cuts a stream where its content says so: a Rabin fingerprint of the last 64 bytes by the repository's polynomial,
 * exactly as restic cuts, so that what either program stored is known to the other. An insertion moves the cuts
 * around it only. Each piece has its own memory.
 */
export class ContentChunker {
  readonly #out: Halves;
  readonly #reduce: Halves;
  readonly #shift: number;

  /** `polynomial`: of degree 40 to 53. */
  constructor(polynomial: bigint) {
    const degree = BigInt(polynomial.toString(2).length - 1);
    this.#shift = Number(degree) - 8 - 32;
    this.#out = table((byte) => {
      let hash = modulo(byte, polynomial, degree);
      for (let at = 1; at < windowBytes; at += 1) hash = modulo(hash << 8n, polynomial, degree);
      return hash;
    });
    this.#reduce = table((byte) => {
      const high = byte << degree;
      return modulo(high, polynomial, degree) | high;
    });
  }

  async *cut(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const piece = new Uint8Array(mostBytes);
    let filled = 0;
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        const taken = chunk.subarray(at, at + mostBytes - filled);
        piece.set(taken, filled);
        const from = filled;
        filled += taken.length;
        at += taken.length;
        const end = this.#findEnd(piece, from, filled);
        if (end === undefined) continue;
        yield piece.slice(0, end);
        // what lies behind the cut is looked at again, as the beginning of the next piece
        at -= filled - end;
        filled = 0;
      }
    }
    if (filled > 0) yield piece.slice(0, filled);
  }

  #window = new Uint8Array(windowBytes);
  #slot = 0;
  #high = 0;
  #low = 0;

  /** Where the piece ends that lies in `bytes` up to `to` and was looked at up to `from`; undefined: not there yet. */
  #findEnd(bytes: Uint8Array, from: number, to: number): number | undefined {
    const first = leastBytes - windowBytes;
    if (from <= first) this.#restart();
    const { high: outHigh, low: outLow } = this.#out;
    const { high: reduceHigh, low: reduceLow } = this.#reduce;
    const window = this.#window;
    const shift = this.#shift;
    let slot = this.#slot;
    let high = this.#high;
    let low = this.#low;
    for (let at = Math.max(from, first); at < to; at += 1) {
      const byte = bytes[at] as number;
      const leaving = window[slot] as number;
      window[slot] = byte;
      slot = (slot + 1) % windowBytes;
      high ^= outHigh[leaving] as number;
      low ^= outLow[leaving] as number;
      const top = (high >>> shift) & 0xff;
      high = ((high << 8) | (low >>> 24)) ^ (reduceHigh[top] as number);
      low = ((low << 8) | byte) ^ (reduceLow[top] as number);
      if (at + 1 >= leastBytes && ((low & cutMask) === 0 || at + 1 >= mostBytes)) return at + 1;
    }
    this.#slot = slot;
    this.#high = high;
    this.#low = low;
    return undefined;
  }

  /** As if a byte 1 had gone through an empty window. */
  #restart(): void {
    this.#window.fill(0);
    this.#window[0] = 1;
    this.#slot = 1;
    this.#high = 0;
    this.#low = 1;
  }
}

function table(entry: (byte: bigint) => bigint): Halves {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    const value = entry(BigInt(byte));
    high[byte] = Number(value >> 32n);
    low[byte] = Number(value & 0xffffffffn);
  }
  return { high, low };
}

function modulo(dividend: bigint, divisor: bigint, degree: bigint): bigint {
  let rest = dividend;
  for (let over = length(rest) - 1n - degree; over >= 0n; over = length(rest) - 1n - degree) {
    rest ^= divisor << over;
  }
  return rest;
}

const length = (value: bigint) => (value === 0n ? 0n : BigInt(value.toString(2).length));
