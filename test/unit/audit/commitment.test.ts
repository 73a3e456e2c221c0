import { hash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkOpening,
  commitField,
  commitment,
  openField,
  sealOpening,
  verifyCommitment,
} from '../../../main/audit/commitment.ts';
import { aesGcmKey, aesGcmOpen, aesGcmSeal } from '../../../main/secrets/aes-gcm.ts';

const integrity = expect.objectContaining({ code: 'INTEGRITY' });
const key = randomBytes(32);
const place = { eventId: '01920000-0000-7000-8000-000000000001', field: 'who.name' };
const randomness = Uint8Array.from({ length: 32 }, (_, index) => index);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('commitments', () => {
  it('are the hash that the format writes down', () => {
    expect(hex(commitment({ randomness, value: { name: 'Ada', city: 'Zürich' } }))).toBe(
      'bd9efa60503461061a3050c5639072014541301b59ce3d532f01bc4130ff177f',
    );
  });

  it('hold for their own randomness and value only', () => {
    const committed = commitment({ randomness, value: 'Ada' });
    expect(verifyCommitment(committed, { randomness, value: 'Ada' })).toBe(true);
    expect(verifyCommitment(committed, { randomness, value: 'Eve' })).toBe(false);
    expect(verifyCommitment(committed, { randomness: new Uint8Array(32), value: 'Ada' })).toBe(false);
    expect(() => commitment({ randomness: new Uint8Array(31), value: 'Ada' })).toThrow(RangeError);
  });
});

describe('openings', () => {
  it('are nonce, ciphertext and tag of canonical JSON, bound to event and field', () => {
    const nonce = randomBytes(12);
    const opening = sealOpening(key, place, { randomness, value: { b: 1, a: [0.5] } }, nonce);
    expect(hex(opening.subarray(0, 12))).toBe(hex(nonce));
    const associated = Buffer.from('01920000-0000-7000-8000-000000000001who.name');
    const plaintext = Buffer.from(aesGcmOpen(key, nonce, opening.subarray(12), associated)).toString('utf8');
    expect(plaintext).toBe('{"r":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","v":{"a":[0.5],"b":1}}');
  });

  it('give any value back, and nothing when key, event, field, commitment or a byte differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, seed) => {
        const { commitment: committed, opening } = commitField(
          key,
          place,
          JSON.parse(JSON.stringify(value)),
          randomBytes,
        );
        expect(openField(key, place, committed, opening).value).toEqual(JSON.parse(JSON.stringify(value)));
        const at = seed % opening.length;
        const changed = new Uint8Array(opening).map((byte, index) => (index === at ? byte ^ 1 : byte));
        expect(() => openField(key, place, committed, changed)).toThrow(integrity);
        expect(() => openField(randomBytes(32), place, committed, opening)).toThrow(integrity);
        expect(() => openField(key, { ...place, field: 'who.mail' }, committed, opening)).toThrow(integrity);
        expect(() =>
          openField(key, { ...place, eventId: place.eventId.replace('1', '2') }, committed, opening),
        ).toThrow(integrity);
        expect(() => openField(key, place, randomness, opening)).toThrow(integrity);
        expect(() => openField(key, place, committed, opening.subarray(0, seed % 28))).toThrow(integrity);
      }),
    );
  });

  it.each(['null', '[]', '{}', '{"r":1,"v":1}', '{"r":"AAAA","v":1}', '{"r":""}', '{"v":1}', '"r"'])(
    'are refused when they hold %s',
    (plaintext) => {
      const nonce = randomBytes(12);
      const associated = Buffer.from(place.eventId + place.field);
      const sealed = aesGcmSeal(key, nonce, Buffer.from(plaintext), associated);
      expect(() => openField(key, place, randomness, Buffer.concat([nonce, sealed]))).toThrow(integrity);
    },
  );

  it.each([
    ['spelled with bits beyond the last byte', (text: string) => text.replace('8=', '9=')],
    ['under another name', (text: string) => text.replace('"r"', '"q"')],
    ['before another name', (text: string) => text.replace('"v"', '"u"')],
    ['with another end', (text: string) => text.replace('}', ']')],
  ])('are refused by whoever checks many of them with randomness %s', (_, change) => {
    const nonce = randomBytes(12);
    const committed = Buffer.from(commitment({ randomness, value: 'Ada' })).toString('base64');
    const sealed = (text: string) => {
      const associated = Buffer.from(place.eventId + place.field);
      return Buffer.concat([nonce, aesGcmSeal(key, nonce, Buffer.from(text), associated)]);
    };
    const text = `{"r":"${Buffer.from(randomness).toString('base64')}","v":"Ada"}`;
    expect(change(text)).not.toBe(text);
    checkOpening(aesGcmKey(key), place, committed, sealed(text));
    expect(() => checkOpening(aesGcmKey(key), place, committed, sealed(change(text)))).toThrow();
  });

  it.each([
    ['a canonical value', '"Ada"', true],
    ['a number that is no integer', '0.5', true],
    ['names beyond ASCII', '{"é":1}', true],
    ['white space', ' "Ada"', false],
    ['an escape that is not needed', '"\\u0041da"', false],
    ['another member after the value', '1,"w":2', false],
    ['half a character', '"\udfff"', false],
    ['nothing', '', false],
  ])('are judged the same by whoever checks many of them: %s', (_, value, holds) => {
    const nonce = randomBytes(12);
    const bytes = Buffer.from(value, value.includes('\udfff') ? 'latin1' : 'utf8');
    const input = Buffer.concat([Buffer.from('holdfast/pd/v1'), randomness, bytes]);
    const committed = hash('sha256', input, 'base64');
    const frame = (r: Uint8Array) => `{"r":"${Buffer.from(r).toString('base64')}","v":`;
    const sealed = (r: Uint8Array) => {
      const plaintext = Buffer.concat([Buffer.from(frame(r)), bytes, Buffer.from('}')]);
      const associated = Buffer.from(place.eventId + place.field);
      return Buffer.concat([nonce, aesGcmSeal(key, nonce, plaintext, associated)]);
    };
    const both = (opening: Uint8Array, of = place) =>
      [
        () => openField(key, of, Buffer.from(committed, 'base64'), opening),
        () => checkOpening(aesGcmKey(key), of, committed, opening),
      ].map((open) => {
        try {
          open();
          return true;
        } catch {
          return false;
        }
      });
    const opening = sealed(randomness);
    expect(both(opening)).toEqual([holds, holds]);
    expect(both(opening, { ...place, field: 'who.mail' })).toEqual([false, false]);
    expect(both(opening.map((byte, at) => (at === opening.length - 1 ? byte ^ 1 : byte)))).toEqual([
      false,
      false,
    ]);
    expect(both(sealed(randomness.subarray(1)))).toEqual([false, false]);
    expect(both(sealed(randomBytes(32)))).toEqual([false, false]);
  });
});
