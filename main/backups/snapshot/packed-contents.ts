const hashBytes = 32;
const entryBytes = hashBytes + 8;

/** Sizes by SHA-256 (hex) as one run of bytes, which another thread is handed at once however many there are. */
export function packContents(sizes: ReadonlyMap<string, number>): Uint8Array {
  const packed = Buffer.alloc(sizes.size * entryBytes);
  let at = 0;
  for (const [sha256, size] of sizes) {
    packed.write(sha256, at, 'hex');
    packed.writeBigUInt64LE(BigInt(size), at + hashBytes);
    at += entryBytes;
  }
  return packed;
}

/** What `packContents` packed. */
export function unpackContents(packed: Uint8Array): Map<string, number> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const sizes = new Map<string, number>();
  for (let at = 0; at < bytes.length; at += entryBytes) {
    sizes.set(bytes.toString('hex', at, at + hashBytes), Number(bytes.readBigUInt64LE(at + hashBytes)));
  }
  return sizes;
}
