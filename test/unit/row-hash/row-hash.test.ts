import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addMod256,
  emptySum,
  type HashedRow,
  rehash,
  rowHash,
  rowState,
  subtractMod256,
} from '../../../main/row-hash/row-hash.ts';

const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const modulus = 2n ** 256n;

test('a row hash is made of exactly the bytes of docs/formats/row-hash.md', () => {
  const prefix = Buffer.alloc(32, 7);
  const contentHash = createHash('sha256').update('{"a":1}').digest();
  const row = { collection: 'notes', id: 'ä/1', revision: 12, state: rowState.superseded, contentHash };
  const bytes = Buffer.concat([
    prefix,
    Buffer.from('6e6f746573' + '00' + 'c3a42f31' + '00' + '3132' + '00' + '02', 'hex'),
    contentHash,
  ]);
  expect(Buffer.from(rowHash(prefix, row))).toEqual(createHash('sha256').update(bytes).digest());
});

test('sums are those of numbers mod 2^256', () => {
  fc.assert(
    fc.property(hash, hash, (left, right) => {
      expect(number(addMod256(left, right))).toBe((number(left) + number(right)) % modulus);
      expect(number(subtractMod256(left, right))).toBe((number(left) - number(right) + modulus) % modulus);
      expect(subtractMod256(addMod256(left, right), right)).toEqual(left);
    }),
  );
  const ones = new Uint8Array(32).fill(0xff);
  expect(
    addMod256(
      ones,
      Uint8Array.from({ length: 32 }, (_, at) => (at === 31 ? 1 : 0)),
    ),
  ).toEqual(emptySum.sum);
});

test('rehash sums by collection, in any order, and sees every change', () => {
  const row: HashedRow = {
    collection: 'a',
    id: 'x',
    revision: 1,
    state: rowState.live,
    contentHash: new Uint8Array(32),
  };
  const rows = [row, { ...row, revision: 2 }, { ...row, collection: 'b' }];
  const prefix = new Uint8Array(32);
  const sums = rehash(prefix, rows);
  expect(rehash(prefix, rows.toReversed()).get('a')).toEqual(sums.get('a'));
  expect([sums.get('a')?.rows, sums.get('b')?.rows]).toEqual([2, 1]);
  const changes: Partial<HashedRow>[] = [
    { id: 'y' },
    { revision: 3 },
    { state: rowState.deleted },
    { contentHash: new Uint8Array(32).fill(1) },
  ];
  for (const change of changes) {
    expect(rehash(prefix, [{ ...row, ...change }, ...rows.slice(1)]).get('a')).not.toEqual(sums.get('a'));
  }
  expect(rehash(new Uint8Array(32).fill(1), rows).get('a')).not.toEqual(sums.get('a'));
});
