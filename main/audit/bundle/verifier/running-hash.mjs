// SHA-256 (FIPS 180-4) of bytes that come piece by piece: Web Crypto takes only what lies in memory as a whole.

/** The first 32 bits of the fractional parts of a root of each of the first primes (4.2.2, 5.3.3). */
function rootsOf(count, root) {
  const primes = [];
  for (let number = 2; primes.length < count; number += 1)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  return Int32Array.from(primes, (prime) => {
    // exact: a double has no 32 bits behind the point that are sure
    let found = 0n;
    for (let bit = 1n << 40n; bit > 0n; bit >>= 1n)
      if ((found + bit) ** BigInt(root) <= BigInt(prime) << BigInt(32 * root)) found += bit;
    return Number(BigInt.asIntN(32, found));
  });
}

const constants = rootsOf(64, 3);
const start = rootsOf(8, 2);
const blockLength = 64;

/** A hash that is given its bytes bit by bit, and keeps none but those of the last block. */
export class RunningHash {
  #state = start.slice();
  #schedule = new Int32Array(64);
  #block = new Uint8Array(blockLength);
  #filled = 0;
  #size = 0;

  update(bytes) {
    this.#size += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(blockLength - this.#filled, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < blockLength) return;
      this.#compress(this.#block, 0);
    }
    for (; at + blockLength <= bytes.length; at += blockLength) this.#compress(bytes, at);
    this.#block.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
  }

  /** The hash; nothing can be added after it. */
  digest() {
    const bits = this.#size * 8;
    const padding = new Uint8Array((this.#filled < 56 ? 56 : 120) - this.#filled + 8);
    padding[0] = 0x80;
    const numbers = new DataView(padding.buffer);
    numbers.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    numbers.setUint32(padding.length - 4, bits % 2 ** 32);
    this.update(padding);
    const hash = new DataView(new ArrayBuffer(32));
    for (const [at, word] of this.#state.entries()) hash.setInt32(4 * at, word);
    return new Uint8Array(hash.buffer);
  }

  /** Spelled out: with lists of words it takes five times as long. */
  #compress(bytes, from) {
    const words = this.#schedule;
    const state = this.#state;
    for (let t = 0, at = from; t < 16; t += 1, at += 4)
      words[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    for (let t = 16; t < 64; t += 1) {
      const early = words[t - 15];
      const late = words[t - 2];
      const small0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
      const small1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
      words[t] = (words[t - 16] + small0 + words[t - 7] + small1) | 0;
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let t = 0; t < 64; t += 1) {
      const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + big1 + ((e & f) ^ (~e & g)) + constants[t] + words[t]) | 0;
      const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    state[0] = (state[0] + a) | 0;
    state[1] = (state[1] + b) | 0;
    state[2] = (state[2] + c) | 0;
    state[3] = (state[3] + d) | 0;
    state[4] = (state[4] + e) | 0;
    state[5] = (state[5] + f) | 0;
    state[6] = (state[6] + g) | 0;
    state[7] = (state[7] + h) | 0;
  }
}
