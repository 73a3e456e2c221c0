import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  poly1305Aes,
  randomSealingKeys,
  seal,
  sealingKeysFromBytes,
  sealingOverhead,
  unseal,
} from '../../../../main/backups/container/sealing.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

// Bernstein, "The Poly1305-AES message-authentication code" (2005-03-29), appendix B
const vectors = [
  {
    text: 'f3f6',
    r: '851fc40c3467ac0be05cc20404f3f700',
    k: 'ec074c835580741701425b623235add6',
    nonce: 'fb447350c4e868c52ac3275cf9d4327e',
    mac: 'f4c633c3044fc145f84f335cb81953de',
  },
  {
    text: '',
    r: 'a0f3080000f46400d0c7e9076c834403',
    k: '75deaa25c09f208e1dc4ce6b5cad3fbf',
    nonce: '61ee09218d29b0aaed7e154a2c5509cc',
    mac: 'dd3fab2251f11ac759f0887129cc2ee7',
  },
  {
    text: '663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136',
    r: '48443d0bb0d21109c89a100b5ce2c208',
    k: '6acb5f61a7176dd320c5c1eb2edcdc74',
    nonce: 'ae212a55399729595dea458bc621ff0e',
    mac: '0ee1c16bb73f0f4fd19881753c01cdbe',
  },
  {
    text: 'ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9',
    r: '12976a08c4426d0ce8a82407c4f48207',
    k: 'e1a5668a4d5b66a5f68cc5424ed5982d',
    nonce: '9ae831e743978d3a23527c7128149e3a',
    mac: '5154ad0d2cb26e01274fc51148491f1b',
  },
];

describe('Poly1305-AES', () => {
  test.each(vectors)('gives the MAC of its paper for "$text"', ({ text, r, k, nonce, mac }) => {
    const keys = { macK: hex(k), macR: hex(r) };
    expect(Buffer.from(poly1305Aes(keys, hex(nonce), hex(text))).toString('hex')).toBe(mac);
  });

  test('masks r when it is used, so that keys stored unmasked work too', () => {
    const [vector] = vectors;
    const keys = { macK: hex(vector?.k ?? ''), macR: hex('f51fc4fc3767acfbe35cc2f407f3f7f0') };
    const masked = { ...keys, macR: hex('f51fc40c3467ac0be05cc20404f3f700') };
    expect(poly1305Aes(keys, hex(vector?.nonce ?? ''), hex('f3f6'))).toEqual(
      poly1305Aes(masked, hex(vector?.nonce ?? ''), hex('f3f6')),
    );
  });
});

describe('sealing', () => {
  const keys = randomSealingKeys();

  test('opens what it sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
        const sealed = seal(keys, plain);
        expect(sealed.length).toBe(plain.length + sealingOverhead);
        expect(Buffer.from(unseal(keys, sealed) ?? [])).toEqual(Buffer.from(plain));
      }),
    );
  });

  test('refuses any changed byte, any cut and other keys', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (plain, at, flip) => {
          const sealed = seal(keys, plain);
          const changed = Uint8Array.from(sealed);
          changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ flip;
          expect(unseal(keys, changed)).toBeUndefined();
          expect(unseal(keys, sealed.subarray(0, at % sealed.length))).toBeUndefined();
          expect(unseal(randomSealingKeys(), sealed)).toBeUndefined();
        },
      ),
      { numRuns: 50 },
    );
  });

  test('never uses an IV twice', () => {
    const ivs = Array.from({ length: 200 }, () =>
      Buffer.from(seal(keys, Buffer.of(1)).subarray(0, 16)).toString('hex'),
    );
    expect(new Set(ivs).size).toBe(200);
  });

  test('keeps its keys in memory of their own', () => {
    const pooled = Buffer.from('k'.repeat(64));
    const { encrypt, macK, macR } = sealingKeysFromBytes(pooled);
    expect([encrypt, macK, macR].map((key) => key.buffer.byteLength)).toEqual([32, 16, 16]);
  });
});
