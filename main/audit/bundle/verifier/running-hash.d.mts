/** SHA-256 of bytes that come piece by piece. */
export class RunningHash {
  update(bytes: Uint8Array): void;
  /** 32 bytes; nothing can be added after it. */
  digest(): Uint8Array;
}
