import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** So many pages are compressed as one, in the order of their numbers. */
export const pagesInGroup = 16;

/**
 * The pages `now` as one zstd frame over the dictionary `before`: the same pages at the commit before, zeros where
 * there were none. A wrong dictionary is found by the frame's checksum (RFC 8878, sections 3.1.1 and 6).
 */
export function packPages(now: Uint8Array, before: Uint8Array): Uint8Array {
  return zstdCompressSync(now, {
    dictionary: before,
    chunkSize: now.length + (now.length >>> 8) + 1024,
    pledgedSrcSize: now.length,
    params: {
      [constants.ZSTD_c_compressionLevel]: 1,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_dictIDFlag]: 0,
    },
  });
}

/** The pages that `packPages` packed over `before`; undefined when frame and dictionary do not belong together. */
export function unpackPages(packed: Uint8Array, before: Uint8Array): Uint8Array | undefined {
  let pages: Uint8Array;
  try {
    // a byte more, or zlib would ask for a second buffer before it sees the end
    const chunkSize = before.length + 1;
    pages = zstdDecompressSync(packed, { dictionary: before, maxOutputLength: before.length, chunkSize });
  } catch {
    return undefined; // the caller names the segment and the commit
  }
  return pages.length === before.length ? pages : undefined;
}
