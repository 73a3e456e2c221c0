import { sealingOverhead } from './sealing.ts';

/** Data blobs are pieces of files, tree blobs are directories; they never share a pack. */
export type BlobKind = 'data' | 'tree';

/** A blob as it lies in a pack. */
export interface PackedBlob {
  /** SHA-256 of the plain bytes, hex. */
  readonly id: string;
  readonly kind: BlobKind;
  /** Bytes from the start of the pack. */
  readonly offset: number;
  /** Sealed bytes. */
  readonly length: number;
  /** Plain bytes; undefined when the blob is stored uncompressed. */
  readonly plainLength?: number | undefined;
}

/** How many plain bytes a blob has. */
export function plainLengthOf({ length, plainLength }: PackedBlob): number {
  return plainLength ?? length - sealingOverhead;
}

/** A sealed blob on its way into a pack. */
export interface SealedBlob {
  readonly id: string;
  readonly kind: BlobKind;
  readonly sealed: Uint8Array;
  readonly plainLength?: number | undefined;
}

/** Reported after each blob or file of long work; `total` is null while it is unknown. */
export interface ContainerProgress {
  readonly phase:
    | 'writing'
    | 'reading'
    | 'checking-files'
    | 'checking-structure'
    | 'checking-content'
    | 'repacking'
    | 'removing';
  readonly done: number;
  readonly total: number | null;
  readonly bytes: number;
}
