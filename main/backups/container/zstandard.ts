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

/** What is handed out at once where nobody says how much it will be. */
const chunkBytes = 64 * 1024;
const largestChunkBytes = 16 * 1024 * 1024;

/**
 * Undefined when the bytes are no zstd frame or hold more than `limit` bytes. `expected`: how many they are said to hold;
 * only speed depends on it.
 */
export function decompress(
  compressed: Uint8Array,
  limit: number,
  expected = chunkBytes,
): Uint8Array | undefined {
  try {
    // a byte more, or zlib would ask for a second buffer before it sees the end
    const chunkSize = Math.min(Math.max(expected, 64) + 1, largestChunkBytes);
    return zstdDecompressSync(compressed, { maxOutputLength: Math.max(limit, 1), chunkSize });
  } catch {
    return undefined; // the caller names the damaged file
  }
}
