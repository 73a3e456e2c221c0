/** Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O, U. */
export const recoveryKeyAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const recoveryKeyCharacters = 55;
export const recoveryKeyGroupLength = 5;
export const recoveryKeySecretLength = 32;
const bytesInAll = 34;

/** The parts of a key as people type it: upper case, O for 0, I and L for 1, cut at spaces and dashes. */
export function typedParts(typed: string): readonly string[] {
  return typed
    .toUpperCase()
    .split(/[\s\p{Dash_Punctuation}]+/u)
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('O', '0').replaceAll(/[IL]/g, '1'));
}

/** The group, counted from 1, that holds the first character that is none of the alphabet. */
export function groupWithStranger(text: string): number | undefined {
  const at = [...text].findIndex((character) => !recoveryKeyAlphabet.includes(character));
  return at < 0 ? undefined : Math.floor(at / recoveryKeyGroupLength) + 1;
}

/** The 32 secret bytes and the 2 of their checksum; undefined for too many or few digits, or padding that is not zero. */
export function recoveryKeyBytes(digits: readonly number[]): Uint8Array<ArrayBuffer> | undefined {
  if (digits.length !== recoveryKeyCharacters) return undefined;
  const bytes = new Uint8Array(bytesInAll);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const digit of digits) {
    held = (held << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = held >> bits;
      at += 1;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 ? bytes : undefined;
}
