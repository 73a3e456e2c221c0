interface Source {
  /** Bytes. */
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

interface ZippedFile {
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8;
  /** Where its `packed` bytes begin in the source; `size` when unpacked. */
  readonly start: number;
  readonly packed: number;
  readonly size: number;
}

/** The files of a bundle by name. Throws Tampered for whatever no bundle has, and what `read` throws. */
export function openZip(source: Source): Promise<Map<string, ZippedFile>>;
