import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aesGcmOpen, aesGcmSeal } from '../../../main/secrets/aes-gcm.ts';

interface Vector {
  tcId: number;
  comment: string;
  key: string;
  iv: string;
  aad: string;
  msg: string;
  ct: string;
  tag: string;
  result: 'valid' | 'invalid' | 'acceptable';
}
interface Group {
  ivSize: number;
  keySize: number;
  tagSize: number;
  tests: Vector[];
}

const file = new URL('../../fixtures/wycheproof/aes_gcm_test.json', import.meta.url);
const groups: Group[] = JSON.parse(readFileSync(file, 'utf8')).testGroups;
const fits = ({ ivSize, keySize, tagSize }: Group) => ivSize === 96 && keySize === 256 && tagSize === 128;
const hex = (value: string) => Buffer.from(value, 'hex');
const cases = (list: Group[]) => list.flatMap(({ tests }) => tests.map((test) => [test.tcId, test] as const));

describe('AES-256-GCM', () => {
  const ours = cases(groups.filter(fits));
  it('meets valid and invalid vectors', () => {
    expect(ours.length).toBeGreaterThan(60);
    expect(new Set(ours.map(([, { result }]) => result))).toEqual(new Set(['valid', 'invalid']));
  });

  it.each(ours)('judges Wycheproof case %i', (_, vector) => {
    const [key, nonce, aad, plain] = [hex(vector.key), hex(vector.iv), hex(vector.aad), hex(vector.msg)];
    const sealed = hex(vector.ct + vector.tag);
    if (vector.result === 'valid') {
      expect(Buffer.from(aesGcmOpen(key, nonce, sealed, aad))).toEqual(plain);
      expect(Buffer.from(aesGcmSeal(key, nonce, plain, aad))).toEqual(sealed);
    } else {
      expect(() => aesGcmOpen(key, nonce, sealed, aad)).toThrow(
        expect.objectContaining({ code: 'INTEGRITY' }),
      );
    }
  });

  it.each(cases(groups.filter((group) => !fits(group))))('refuses sizes of case %i', (_, vector) => {
    const [key, nonce, aad] = [hex(vector.key), hex(vector.iv), hex(vector.aad)];
    expect(() => aesGcmOpen(key, nonce, hex(vector.ct + vector.tag), aad)).toThrow(RangeError);
    expect(() => aesGcmSeal(key, nonce, hex(vector.msg), aad)).toThrow(RangeError);
  });

  it('refuses what is shorter than a tag', () => {
    const open = () =>
      aesGcmOpen(new Uint8Array(32), new Uint8Array(12), new Uint8Array(15), new Uint8Array(0));
    expect(open).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
  });
});
