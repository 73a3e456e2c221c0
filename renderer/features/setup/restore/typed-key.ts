import {
  groupWithStranger,
  recoveryKeyAlphabet,
  recoveryKeyBytes,
  recoveryKeyCharacters,
  recoveryKeySecretLength,
  typedParts,
} from '../../../../shared/recovery-key-text.ts';

/** What can be said of a recovery key while it is typed. */
export type TypedKey =
  | { readonly state: 'partial'; readonly count: number }
  | { readonly state: 'character'; readonly group: number }
  | { readonly state: 'tooLong'; readonly count: number }
  | { readonly state: 'checksum' }
  | { readonly state: 'whole' };

/** Judges a key by its alphabet, its length and its checksum (docs/formats, "Recovery key"). */
export async function judgeKey(typed: string): Promise<TypedKey> {
  const text = typedParts(typed).join('');
  const group = groupWithStranger(text);
  if (group !== undefined) return { state: 'character', group };
  if (text.length < recoveryKeyCharacters) return { state: 'partial', count: text.length };
  if (text.length > recoveryKeyCharacters) return { state: 'tooLong', count: text.length };
  const bytes = recoveryKeyBytes([...text].map((character) => recoveryKeyAlphabet.indexOf(character)));
  if (bytes === undefined) return { state: 'checksum' };
  const hash = new Uint8Array(
    await crypto.subtle.digest('SHA-256', bytes.subarray(0, recoveryKeySecretLength)),
  );
  const fits = bytes[recoveryKeySecretLength] === hash[0] && bytes[recoveryKeySecretLength + 1] === hash[1];
  return { state: fits ? 'whole' : 'checksum' };
}
