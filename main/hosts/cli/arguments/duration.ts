import { InvalidArgumentError } from 'commander';

const units = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

export const durationPattern = /[0-9]{1,9}[smhdw]/;
const whole = new RegExp(`^${durationPattern.source}$`);

/** `90d`, `12h`, `10m`, `30s` or `2w` in milliseconds. InvalidArgumentError otherwise. */
export function toMilliseconds(text: string): number {
  const unit = units.get(text.slice(-1));
  if (!whole.test(text) || unit === undefined) {
    throw new InvalidArgumentError('A duration is a whole number with its unit: 30s, 10m, 12h, 90d, 2w.');
  }
  return Number(text.slice(0, -1)) * unit;
}
