import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  isIrreducible,
  randomChunkerPolynomial,
} from '../../../../main/backups/container/chunker-polynomial.ts';

/** By trial division with every smaller polynomial. */
function hasNoDivisor(polynomial: number): boolean {
  const degree = (value: number) => 31 - Math.clz32(value);
  for (let divisor = 2; degree(divisor) <= degree(polynomial) / 2; divisor += 1) {
    let rest = polynomial;
    while (rest !== 0 && degree(rest) >= degree(divisor)) rest ^= divisor << (degree(rest) - degree(divisor));
    if (rest === 0) return false;
  }
  return polynomial > 1;
}

describe('the chunker polynomial', () => {
  test('is told irreducible exactly when nothing divides it', () => {
    for (let value = 2; value < 1024; value += 1) {
      expect([value, isIrreducible(BigInt(value))]).toEqual([value, hasNoDivisor(value)]);
    }
  });

  test('of the example in the design document of restic is irreducible, and its neighbour not', () => {
    expect(isIrreducible(0x25b468838dcb75n)).toBe(true);
    expect(isIrreducible(0x25b468838dcb74n)).toBe(false);
  });

  test('is drawn at random with degree 53', () => {
    let draws = 0;
    const random = () => createHash('sha256').update(String(draws++)).digest().subarray(0, 8);
    const [one, other] = [randomChunkerPolynomial(random), randomChunkerPolynomial(random)];
    expect([one >> 53n, other >> 53n, isIrreducible(one)]).toEqual([1n, 1n, true]);
    expect(one).not.toBe(other);
  });
});
