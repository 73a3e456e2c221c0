import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ed25519KeyFromSeed, ed25519Sign, ed25519Verify } from '../../../main/secrets/ed25519.ts';

interface Group {
  publicKey: { pk: string };
  tests: { tcId: number; msg: string; sig: string; result: 'valid' | 'invalid' }[];
}

const hex = (value: string) => Buffer.from(value, 'hex');
const file = new URL('../../fixtures/wycheproof/ed25519_test.json', import.meta.url);
const groups: Group[] = JSON.parse(readFileSync(file, 'utf8')).testGroups;
const cases = groups.flatMap(({ publicKey, tests }) =>
  tests.map((test) => [test.tcId, publicKey.pk, test] as const),
);

describe('Ed25519', () => {
  it('meets valid and invalid vectors', () => {
    expect(cases.length).toBe(151);
    expect(new Set(cases.map(([, , { result }]) => result))).toEqual(new Set(['valid', 'invalid']));
  });
  it.each(cases)('judges Wycheproof case %i', (_, publicKey, { msg, sig, result }) => {
    expect(ed25519Verify(hex(publicKey), hex(msg), hex(sig))).toBe(result === 'valid');
  });

  it('makes key and signature of RFC 8032 section 7.1, test 2', () => {
    const seed = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    const key = ed25519KeyFromSeed(seed);
    expect(Buffer.from(key.publicKey).toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    );
    expect(Buffer.from(ed25519Sign(key.privateKey, hex('72'))).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  it('takes back its own signatures, with no bit changed', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, fc.uint8Array({ minLength: 1 }), fc.nat(), (seed, message, bit) => {
        const key = ed25519KeyFromSeed(seed);
        const signature = ed25519Sign(key.privateKey, message);
        expect(ed25519Verify(key.publicKey, message, signature)).toBe(true);
        const flipped = (value: Uint8Array) =>
          value.map((byte, at) => (at === (bit >> 3) % value.length ? byte ^ (1 << (bit & 7)) : byte));
        expect(ed25519Verify(key.publicKey, flipped(message), signature)).toBe(false);
        expect(ed25519Verify(key.publicKey, message, flipped(signature))).toBe(false);
      }),
    );
  });

  it('refuses other lengths', () => {
    const key = ed25519KeyFromSeed(new Uint8Array(32));
    const message = Buffer.from('a');
    const signature = ed25519Sign(key.privateKey, message);
    expect(ed25519Verify(key.publicKey.subarray(1), message, signature)).toBe(false);
    expect(ed25519Verify(key.publicKey, message, Buffer.concat([signature, Buffer.alloc(1)]))).toBe(false);
    expect(() => ed25519KeyFromSeed(new Uint8Array(31))).toThrow(RangeError);
  });
});
