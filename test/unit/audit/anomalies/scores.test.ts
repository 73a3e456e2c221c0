import { expect, test } from 'vitest';
import {
  binomialTailBits,
  deviationBits,
  robustZ,
  spreadOf,
  successionBits,
  wilsonUpper,
} from '../../../../main/audit/alerts/anomalies/scores.ts';

test('median and MAD shrug at an outlier, and never say that counts do not scatter', () => {
  expect(spreadOf([10, 12, 11, 13, 1000])).toMatchObject({ median: 12, of: 5 });
  expect(spreadOf([10, 12, 11, 13, 1000]).scale).toBeCloseTo(1 + Math.sqrt(12), 10);
  expect(spreadOf([0, 10, 20, 30, 40]).scale).toBeCloseTo(14.826, 10);
  expect(spreadOf([7, 7, 7]).scale).toBeCloseTo(1 + Math.sqrt(7), 10);
  expect(robustZ(50, { median: 20, scale: 10, of: 5 })).toBe(3);
});

test('bits are those of the bounds that they come from', () => {
  expect(deviationBits(2.99)).toBe(0);
  expect(2 ** -deviationBits(7)).toBeCloseTo(1 / 50, 12);
  expect(2 ** -successionBits(3, 38)).toBeCloseTo(4 / 40, 12);
});

test("Wilson's interval is that of the statistics books", () => {
  // 10 of 100: 5.52 % to 17.44 % (Newcombe, Statistics in Medicine 17, 1998, method 3)
  expect(wilsonUpper(10, 100)).toBeCloseTo(0.1744, 4);
  expect(wilsonUpper(0, 50)).toBeCloseTo(0.0714, 4);
  expect(wilsonUpper(0, 0)).toBe(1);
});

test('the binomial tail is exact, also where its terms are smaller than a number can be', () => {
  const exact = (times: number, of: number, share: number) => {
    let sum = 0;
    for (let at = times; at <= of; at += 1) {
      let term = 1;
      for (let chosen = 0; chosen < at; chosen += 1) term *= (of - chosen) / (chosen + 1);
      sum += term * share ** at * (1 - share) ** (of - at);
    }
    return -Math.log2(sum);
  };
  for (const [times, of, share] of [
    [3, 10, 0.02],
    [8, 8, 0.5],
    [25, 60, 0.1],
  ] as const)
    expect(binomialTailBits(times, of, share)).toBeCloseTo(exact(times, of, share), 4);
  expect(binomialTailBits(400, 400, 0.01)).toBeCloseTo(400 * Math.log2(100), 6);
  expect(binomialTailBits(1, 100, 0.5)).toBe(0);
});
