import { crc32 } from 'node:zlib';

/** What a secret is for: API key, refresh token, claim code (formats.md, Secrets people see). */
export type SecretPrefix = 'hfk' | 'hfr' | 'hfc';

export interface SecretText {
  /** The whole text, such as `hfk_<lookup>_<secret>_<checksum>`. */
  readonly text: string;
  /** The public part by which it is found. */
  readonly lookup: string;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const lookupLength = 17;
const secretLength = 43;
const checksumLength = 6;
const form = new RegExp(
  `^(hf[krc])_([0-9A-Za-z]{${lookupLength}})_[0-9A-Za-z]{${secretLength}}_[0-9A-Za-z]{${checksumLength}}$`,
);

export function newSecretText(prefix: SecretPrefix, random: (length: number) => Uint8Array): SecretText {
  const lookup = randomBase62(lookupLength, random);
  const body = `${prefix}_${lookup}_${randomBase62(secretLength, random)}`;
  return { text: `${body}_${checksum(body)}`, lookup };
}

/** Answers undefined for another form, another prefix, or a checksum that does not fit. */
export function parseSecretText(prefix: SecretPrefix, text: string): SecretText | undefined {
  const [, found, lookup] = form.exec(text) ?? [];
  if (found !== prefix || lookup === undefined) return undefined;
  const body = text.slice(0, -checksumLength - 1);
  return text.slice(-checksumLength) === checksum(body) ? { text, lookup } : undefined;
}

/** CRC-32 (IEEE 802.3) in base62, padded with zeros. */
function checksum(body: string): string {
  let value = crc32(body);
  let text = '';
  for (let position = 0; position < checksumLength; position += 1) {
    text = alphabet.charAt(value % 62) + text;
    value = Math.floor(value / 62);
  }
  return text;
}

/** Bytes of 248 and more are thrown away, so that every character is equally likely. */
function randomBase62(length: number, random: (length: number) => Uint8Array): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < 248) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}
