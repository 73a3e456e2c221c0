import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Compresses to one zstd frame that states its content's size. */
export function compress(plain: Uint8Array, level: number): Uint8Array {
  return zstdCompressSync(plain, {
    // one buffer for the whole result: zstd's own bound for a frame
    chunkSize: plain.length + (plain.length >>> 8) + 1024,
    pledgedSrcSize: plain.length,
    params: { [constants.ZSTD_c_compressionLevel]: level },
  });
}

/** Undefined when the bytes are no zstd frame or hold more than `limit` bytes. */
export function decompress(compressed: Uint8Array, limit: number): Uint8Array | undefined {
  try {
    return zstdDecompressSync(compressed, { maxOutputLength: Math.max(limit, 1) });
  } catch {
    return undefined; // the caller names the damaged file
  }
}
