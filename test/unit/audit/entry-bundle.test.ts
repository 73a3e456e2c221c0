import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEntryBundle, parseEntryBundle } from '../../../main/audit/entry-bundle.ts';

const validation = expect.objectContaining({ code: 'VALIDATION' });
const plain = (list: Uint8Array[]) => list.map((entry) => new Uint8Array(entry));

describe('entry bundles', () => {
  it('have uint16 big-endian lengths', () => {
    const bundle = encodeEntryBundle([Buffer.from('ab'), new Uint8Array(0), new Uint8Array(258)]);
    expect(Buffer.from(bundle.subarray(0, 8)).toString('hex')).toBe('0002616200000102');
  });

  it('take entries of 65,535 bytes and not one more', () => {
    const longest = new Uint8Array(65_535);
    expect(plain(parseEntryBundle(encodeEntryBundle([longest]), 1))).toEqual([longest]);
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(validation);
  });

  it('read back whole, and not when cut, extended or counted wrongly', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(entries, fc.nat(), (list, seed) => {
        const bundle = encodeEntryBundle(list);
        expect(plain(parseEntryBundle(bundle, list.length))).toEqual(plain(list));
        expect(() => parseEntryBundle(bundle.subarray(0, seed % bundle.length), list.length)).toThrow(
          validation,
        );
        expect(() => parseEntryBundle(Buffer.concat([bundle, Buffer.alloc(2)]), list.length)).toThrow(
          validation,
        );
        expect(() => parseEntryBundle(bundle, list.length + 1)).toThrow(validation);
        expect(() => parseEntryBundle(bundle, list.length - 1)).toThrow(validation);
      }),
    );
  });
});
