/** What can vouch for the log, the strongest first. */
export const proofs = ['witness', 'timestamp', 'keychain', 'backup', 'none'] as const;
type Proof = (typeof proofs)[number];

/** Up to where something outside the log vouches for it; times are RFC 3339 here, and shown as the reader likes. */
export interface ProofHorizon {
  readonly witness: Proof;
  /** What a witness is called here, or the host of who stamped. */
  readonly name: string | null;
  readonly size: number;
  readonly time: string | null;
  /** How far the keychain goes, where somebody elsewhere is the strongest. */
  readonly keychain: { readonly size: number; readonly time: string } | null;
}

interface Writing {
  count(entries: number): string;
  time(rfc3339: string): string;
}

const plain: Writing = { count: (entries) => entries.toLocaleString('en-US'), time: (text) => text };

/**
 * The proof horizon in words, the same on every screen and in every report: up to which entry who vouches for the log, and
 * that what comes later is attested by the log itself. Entries are counted from 0, as the log lists them.
 */
export function horizonText(horizon: ProofHorizon, writing: Writing = plain): string {
  const { witness, size, time, keychain } = horizon;
  if (witness === 'none' || size === 0)
    return 'Nothing outside the log vouches for it: every entry is self-attested.';
  const entry = (of: number) => `entry ${writing.count(of - 1)}`;
  const at = time === null ? '' : ` at ${writing.time(time)}`;
  const further =
    keychain !== null && keychain.size > size
      ? `, and to ${entry(keychain.size)} by this machine's keychain at ${writing.time(keychain.time)}`
      : '';
  return `Proven to ${entry(size)} by ${who(horizon)}${at}${further}; later entries are self-attested.`;
}

function who({ witness, name }: ProofHorizon): string {
  if (witness === 'witness') return `witness ${name}`;
  if (witness === 'backup') return 'the checkpoint in the newest backup';
  return witness === 'timestamp' ? `time stamp of ${name}` : "this machine's keychain";
}
