/** Median, and how far values usually lie from it: MAD made comparable to a standard deviation, and never below chance. */
export interface Spread {
  readonly median: number;
  readonly scale: number;
  readonly of: number;
}

/** 1 / Φ⁻¹(3/4): what makes the MAD of a normal distribution its standard deviation (NIST/SEMATECH e-Handbook, 1.3.5.17). */
const madScale = 1.4826;
/** 97.5 % of the normal distribution. */
const z975 = 1.96;

export function spreadOf(values: readonly number[]): Spread {
  const median = medianOf(values);
  const mad = medianOf(values.map((value) => Math.abs(value - median)));
  // counts scatter by their root even where nothing else moves them
  return { median, scale: Math.max(madScale * mad, 1 + Math.sqrt(median)), of: values.length };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** How many such deviations a value lies above the median. */
export function robustZ(value: number, { median, scale }: Spread): number {
  return (value - median) / scale;
}

/** Bits of Cantelli's bound, which holds for any distribution: P(Z ≥ z) ≤ 1 / (1 + z²). Nothing below 3. */
export function deviationBits(z: number): number {
  return z < 3 ? 0 : Math.log2(1 + z * z);
}

/** Bits of Laplace's rule of succession: what came `times` in `of` trials comes next with (times + 1) / (of + 2). */
export function successionBits(times: number, of: number): number {
  return Math.log2((of + 2) / (times + 1));
}

/** Upper end of the 95 % Wilson score interval of a share (E. B. Wilson, 1927). 1 where nothing is known. */
export function wilsonUpper(times: number, of: number): number {
  if (of === 0) return 1;
  const share = times / of;
  const square = z975 ** 2;
  const centre = share + square / (2 * of);
  const half = z975 * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  return Math.min(1, (centre + half) / (1 + square / of));
}

/** Bits of the exact binomial tail P(X ≥ times) for `of` trials with probability `share`. */
export function binomialTailBits(times: number, of: number, share: number): number {
  if (times <= of * share || share >= 1) return 0;
  let term = 0;
  for (let at = 0; at < times; at += 1)
    term += Math.log2((of - at) / (at + 1)) + Math.log2(share) - Math.log2(1 - share);
  term += of * Math.log2(1 - share);
  // the terms after the first shrink faster than a geometric series
  let sum = 1;
  let ratio = 1;
  for (let at = times; at < of && ratio > 1e-6; at += 1) {
    ratio *= ((of - at) / (at + 1)) * (share / (1 - share));
    sum += ratio;
  }
  return Math.max(0, -(term + Math.log2(sum)));
}

/** To hundredths: what is kept, told and compared. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;
