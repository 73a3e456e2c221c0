import type { SealingKeys } from './sealing.ts';

/** What sealing needs to know. */
export interface SealerOptions {
  readonly keys: SealingKeys;
  readonly compressionLevel: number;
}

/** Hashing first, sealing only what is new: most blobs of a repeated backup are known. */
export type SealJob =
  | { readonly job: number; readonly do: 'hash'; readonly plain: Uint8Array }
  | { readonly job: number; readonly do: 'seal'; readonly alwaysCompress: boolean }
  | { readonly job: number; readonly do: 'drop' }
  | {
      readonly job: number;
      readonly do: 'open';
      readonly sealed: Uint8Array;
      readonly id: string;
      readonly plainLength: number | undefined;
      /** Where the plain bytes go to; without it they come back. */
      readonly into?: BlobTarget | undefined;
    };

/** A place in a file that another thread has open, and how many bytes belong there. */
export interface BlobTarget {
  readonly descriptor: number;
  readonly position: number;
  readonly length: number;
}

/** The system's refusal to write, as node:fs throws it. */
export interface Refusal {
  readonly message: string;
  readonly code: string;
  readonly syscall: string;
}

/** A job, or to come to an end. */
export type SealRequest = SealJob | { readonly do: 'end' };

export type SealReply =
  | { readonly job: number; readonly did: 'hash'; readonly id: string }
  | {
      readonly job: number;
      readonly did: 'seal';
      readonly sealed: Uint8Array;
      readonly plainLength: number | undefined;
    }
  | { readonly job: number; readonly did: 'open'; readonly plain: Uint8Array }
  | { readonly job: number; readonly did: 'write' }
  | { readonly job: number; readonly did: 'refuse'; readonly refusal: Refusal }
  | { readonly job: number; readonly did: 'fail'; readonly what: string };
