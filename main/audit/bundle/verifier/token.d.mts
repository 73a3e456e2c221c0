interface Platform {
  ed25519Verify(publicKey: Uint8Array, text: Uint8Array, signature: Uint8Array): boolean;
}

interface ReadToken {
  readonly imprint: Uint8Array;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly accuracy: number | null;
}

/** What a token says; nothing of it is verified. Throws Tampered. */
export function readToken(bytes: Uint8Array): ReadToken;

/** That the authority says so, and a pinned CA of it. Throws Tampered, Undecided. */
export function verifyToken(
  stamp: ReadToken,
  anchors: readonly unknown[],
  platform: Platform,
): Promise<{ readonly authority: { readonly subject: string }; readonly ca: { readonly subject: string } }>;
