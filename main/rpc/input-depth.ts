import { HoldfastError } from '../../shared/errors.ts';

/** Deeper than anything that the contract takes; what reads input afterwards may then call itself. */
const mostLevels = 200;

/** Throws VALIDATION for input that is nested too deeply to be looked at. */
export function requireShallow(input: unknown): void {
  let level: readonly unknown[] = [input];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostLevels) {
      const message = `more than ${mostLevels} levels of nesting`;
      throw new HoldfastError('VALIDATION', `The input is not valid. ${message}`, {
        issues: [{ path: '', message }],
      });
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value).filter(isNested) : [],
    );
  }
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
