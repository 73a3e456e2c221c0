import { createHash } from 'node:crypto';

/** Bytes of one chunk of a base image; the last one may be shorter. A multiple of every SQLite page size. */
export const chunkBytes = 1_048_576;

const domain = 'holdfast/page-map/v1\0';

/**
 * The page-map root: SHA-256 over the domain and the SHA-256 of each chunk in order (docs/formats/snapshot.md).
 * The hash of a chunk is also its blob id, so the root can be checked without reading the data.
 */
export function pageMapRoot(chunkHashes: Iterable<string>): string {
  const hash = createHash('sha256').update(domain);
  for (const chunk of chunkHashes) hash.update(chunk, 'hex');
  return hash.digest('hex');
}
