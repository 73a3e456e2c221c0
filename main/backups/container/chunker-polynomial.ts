/**
 * The polynomial in a repository's config by which restic's content-defined chunker cuts files: random,
 * irreducible over GF(2), of degree 53 (Rabin 1981, "Fingerprinting by Random Polynomials"). restic refuses
 * a config whose polynomial is reducible. Bits are coefficients.
 */
export function randomChunkerPolynomial(random: (length: number) => Uint8Array): bigint {
  for (;;) {
    const drawn = BigInt(`0x${Buffer.from(random(8)).toString('hex')}`);
    const candidate = BigInt.asUintN(54, drawn) | (1n << 53n) | 1n;
    if (isIrreducible(candidate)) return candidate;
  }
}

/** Ben-Or's test: no common factor with x^(2^i) - x for any i up to half the degree. */
export function isIrreducible(polynomial: bigint): boolean {
  const half = Math.floor(degree(polynomial) / 2);
  let power = 2n; // x^(2^i) mod polynomial
  for (let i = 1; i <= half; i += 1) {
    power = squareModulo(power, polynomial);
    if (greatestCommonDivisor(polynomial, power ^ 2n) !== 1n) return false;
  }
  return polynomial > 1n;
}

function degree(polynomial: bigint): number {
  return polynomial === 0n ? -1 : polynomial.toString(2).length - 1;
}

function modulo(dividend: bigint, divisor: bigint): bigint {
  const size = degree(divisor);
  let rest = dividend;
  for (let over = degree(rest) - size; over >= 0; over = degree(rest) - size) rest ^= divisor << BigInt(over);
  return rest;
}

function squareModulo(polynomial: bigint, divisor: bigint): bigint {
  // squaring over GF(2) puts a zero between the coefficients
  const spread = polynomial.toString(2).split('').join('0');
  return modulo(BigInt(`0b${spread}`), divisor);
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [large, small] = [left, right];
  while (small !== 0n) [large, small] = [small, modulo(large, small)];
  return large;
}
