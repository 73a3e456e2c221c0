import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunningHash } from '../../../main/audit/bundle/verifier/running-hash.mjs';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('the examples of FIPS 180-2: nothing, one block, two blocks', () => {
  const hashOf = (text: string) => {
    const hash = new RunningHash();
    hash.update(Buffer.from(text));
    return hex(hash.digest());
  };
  expect(hashOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hashOf('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

test('any bytes in any pieces have the hash that Node says', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, (all) => {
      const [ours, theirs] = [new RunningHash(), createHash('sha256')];
      for (const piece of all) {
        ours.update(piece);
        theirs.update(piece);
      }
      expect(hex(ours.digest())).toBe(theirs.digest('hex'));
    }),
    { numRuns: 300 },
  );
});
