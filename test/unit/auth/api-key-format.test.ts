import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newSecretText, parseSecretText, type SecretPrefix } from '../../../main/auth/api-key-format.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const prefixes: SecretPrefix[] = ['hfk', 'hfr', 'hfc'];

/** The bytes that a run of the generator is fed, over and over. */
const feed = (bytes: Uint8Array) => {
  let at = 0;
  return (length: number) => Uint8Array.from({ length }, () => bytes[at++ % bytes.length] ?? 0);
};
const seed = fc
  .uint8Array({ minLength: 64, maxLength: 64 })
  .filter((bytes) => bytes.some((byte) => byte < 248));

test('the form is the published one, and fits its own parser only', () => {
  for (const prefix of prefixes) {
    const { text, lookup } = newSecretText(prefix, randomBytes);
    expect(text).toMatch(/^hf[krc]_[0-9A-Za-z]{17}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(text.slice(4, 21)).toBe(lookup);
    const parsing = prefixes.map((other) => parseSecretText(other, text) !== undefined);
    expect(parsing).toEqual(prefixes.map((other) => other === prefix));
  }
});

test('a known key: CRC-32 of all before the last "_", base62, padded with zeros', () => {
  const body = `hfk_${'0'.repeat(17)}_${'0'.repeat(43)}`;
  const { text } = newSecretText('hfk', feed(new Uint8Array(1)));
  const value = [...text.slice(-6)].reduce((sum, character) => sum * 62 + alphabet.indexOf(character), 0);
  expect({ body: text.slice(0, -7), value }).toEqual({ body, value: crc32(body) });
});

test('the checksum is padded', () => {
  fc.assert(
    fc.property(seed, (bytes) => {
      const { text } = newSecretText('hfk', feed(bytes));
      expect(text).toHaveLength(4 + 17 + 1 + 43 + 1 + 6);
      expect(parseSecretText('hfk', text)?.text).toBe(text);
    }),
  );
});

test('any single changed character is refused', () => {
  const other = fc.oneof(fc.constantFrom(...alphabet, '_', '-', ' ', 'é', '\n'));
  fc.assert(
    fc.property(seed, fc.nat({ max: 71 }), other, (bytes, position, character) => {
      const { text } = newSecretText('hfk', feed(bytes));
      fc.pre(text[position] !== character);
      const changed = text.slice(0, position) + character + text.slice(position + 1);
      expect(parseSecretText('hfk', changed)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

test('other lengths are refused', () => {
  const { text } = newSecretText('hfk', randomBytes);
  for (const wrong of ['', text.slice(1), text.slice(0, -1), `${text}\n`, ` ${text}`, `${text}0`]) {
    expect(parseSecretText('hfk', wrong)).toBeUndefined();
  }
});

test('characters are equally likely: bytes that would favour some are thrown away', () => {
  const every = Uint8Array.from({ length: 256 }, (_each, index) => index);
  const counts = new Map<string, number>();
  const random = feed(every);
  for (let round = 0; round < 248; round += 1) {
    const { text } = newSecretText('hfk', random);
    for (const character of text.slice(4, 21) + text.slice(22, 65)) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
  }
  expect(counts.size).toBe(62);
  const all = [...counts.values()];
  expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(4);
});
