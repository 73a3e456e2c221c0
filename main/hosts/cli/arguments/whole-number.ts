import { InvalidArgumentError } from 'commander';

/** A non-negative integer in decimal digits. InvalidArgumentError otherwise. */
export function parseWholeNumber(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,15}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('A whole number is expected.');
  }
  return value;
}
