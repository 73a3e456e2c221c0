import { randomBytes } from 'node:crypto';

/** Blobs of different contents, half of them compressible. */
export function anyBlobs(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? randomBytes(1000 + index) : Buffer.alloc(1000 + index, `row ${index} `),
  );
}
