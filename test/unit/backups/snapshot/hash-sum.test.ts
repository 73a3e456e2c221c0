import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashSum } from '../../../../main/backups/snapshot/hash-sum.ts';
import { addMod256 } from '../../../../main/row-hash/row-hash.ts';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a sum is the one that tenants keep, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(digest, { maxLength: 40 }), (digests) => {
      const sum = new HashSum();
      for (const each of digests) sum.add(each);
      const backwards = new HashSum();
      for (const each of digests.toReversed()) backwards.add(each);
      const expected = digests.reduce<Uint8Array>(addMod256, new Uint8Array(32));
      expect(sum.hex()).toBe(Buffer.from(expected).toString('hex'));
      expect(backwards.hex()).toBe(sum.hex());
    }),
  );
});

test('carries run through all limbs', () => {
  const sum = new HashSum();
  sum.add(new Uint8Array(32).fill(0xff));
  sum.add(Uint8Array.from({ length: 32 }, (_, at) => (at === 31 ? 2 : 0)));
  expect(sum.hex()).toBe(`${'0'.repeat(63)}1`);
});
