/** A sum of SHA-256 values modulo 2^256, big-endian: the running row hash of formats.md. */
export class HashSum {
  // 32-bit limbs, least significant first; carries are settled when the sum is read
  readonly #limbs = new Float64Array(8);
  #pending = 0;

  add(digest: Uint8Array): void {
    const view = new DataView(digest.buffer, digest.byteOffset, 32);
    for (let limb = 0; limb < 8; limb += 1) {
      this.#limbs[limb] = (this.#limbs[limb] ?? 0) + view.getUint32(28 - 4 * limb);
    }
    this.#pending += 1;
    if (this.#pending === 1_048_576) this.#settle();
  }

  /** 64 lower-case hex digits. */
  hex(): string {
    this.#settle();
    return [...this.#limbs]
      .reverse()
      .map((limb) => limb.toString(16).padStart(8, '0'))
      .join('');
  }

  #settle(): void {
    let carry = 0;
    for (let limb = 0; limb < 8; limb += 1) {
      const value = (this.#limbs[limb] ?? 0) + carry;
      carry = Math.floor(value / 2 ** 32);
      this.#limbs[limb] = value % 2 ** 32;
    }
    this.#pending = 0;
  }
}
