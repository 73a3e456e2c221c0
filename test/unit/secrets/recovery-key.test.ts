import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatRecoveryKey,
  generateRecoveryKey,
  parseRecoveryKey,
} from '../../../main/secrets/recovery-key.ts';
import { HoldfastError } from '../../../shared/errors.ts';

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function issueOf(typed: string): unknown {
  try {
    parseRecoveryKey(typed);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'VALIDATION') {
      return Array.isArray(error.data.issues) ? error.data.issues[0] : undefined;
    }
    throw error;
  }
  return 'accepted';
}

/** The same written form by another way: one big number, shifted left by the 3 padding bits. */
function byBigNumber(secret: Uint8Array): string {
  const sum = createHash('sha256').update(secret).digest().subarray(0, 2);
  let number = BigInt(`0x${Buffer.concat([secret, sum]).toString('hex')}`) << 3n;
  let text = '';
  for (let digit = 0; digit < 55; digit += 1) {
    text = crockford[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return text.replaceAll(/(.{5})(?=.)/g, '$1-');
}

test('the written form is that of a number in base 32, most significant bit first', () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      expect(formatRecoveryKey(secret)).toBe(byBigNumber(secret));
    }),
  );
  expect(formatRecoveryKey(new Uint8Array(32))).toBe(
    '00000-00000-00000-00000-00000-00000-00000-00000-00000-00000-06CT0',
  );
});

test('a new key has 11 groups of 5 and never the same twice', () => {
  const [one, other] = [generateRecoveryKey(), generateRecoveryKey()];
  expect(one).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){10}[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(one).not.toBe(other);
});

test('what people type is read as the one canonical form', () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      const key = formatRecoveryKey(secret);
      const typed = [
        key.toLowerCase(),
        key.replaceAll('-', ''),
        key.replaceAll('-', ' \n'),
        key.replaceAll('-', '\u2013'),
        key.replaceAll('0', 'o').replaceAll('1', 'l'),
        ` ${key.replaceAll('1', 'I')}\n`,
      ];
      expect(typed.map(parseRecoveryKey)).toEqual(typed.map(() => key));
    }),
  );
});

// Sixteen bits of checksum let one wrong key in 65,536 pass, hence the fixed seed.
test('one wrong digit is refused, and its group named whenever any is', () => {
  let named = 0;
  fc.assert(
    fc.property(secrets, fc.nat(54), fc.integer({ min: 1, max: 31 }), (secret, at, offset) => {
      const digits = [...formatRecoveryKey(secret).replaceAll('-', '')];
      const was = crockford.indexOf(digits[at] ?? '');
      digits[at] = crockford[(was + offset) % 32] ?? '';
      const issue = issueOf(digits.join(''));
      expect(issue).toMatchObject({ path: 'recoveryKey', reason: 'checksum' });
      const { group } = issue as { group?: number };
      if (group === undefined) return;
      expect(group).toBe(Math.floor(at / 5) + 1);
      named += 1;
    }),
    { numRuns: 40, seed: 1 },
  );
  expect(named).toBeGreaterThan(30);
});

test('a set padding bit is refused although the checksum would fit', () => {
  const key = formatRecoveryKey(new Uint8Array(32));
  expect(key.at(-1)).toBe('0');
  expect(issueOf(`${key.slice(0, -1)}1`)).toMatchObject({ reason: 'checksum', group: 11 });
});

test('the group with a wrong length or a foreign character is named', () => {
  const groups = generateRecoveryKey().split('-');
  const withGroup = (at: number, group: string) => groups.with(at, group).join('-');
  expect([
    issueOf(withGroup(3, 'ABCD')),
    issueOf(withGroup(5, 'ABU00')),
    issueOf('ABCDE'),
    issueOf(''),
  ]).toEqual([
    { path: 'recoveryKey', reason: 'length', group: 4 },
    { path: 'recoveryKey', reason: 'character', group: 6 },
    { path: 'recoveryKey', reason: 'length' },
    { path: 'recoveryKey', reason: 'length' },
  ]);
});
