/**
 * Why a chain of captures cannot go on: what was written meanwhile is not all known. Only a new base helps.
 * `reason` is told to operators.
 */
export class Doubt extends Error {
  override readonly name = 'Doubt';
}
