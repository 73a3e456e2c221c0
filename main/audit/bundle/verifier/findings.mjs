// How a check ends that does not hold.

/** What is wrong with a bundle; `index` is the first entry that it is about, or null. */
export class Tampered extends Error {
  constructor(reason, index = null) {
    super(reason);
    this.index = index;
  }
}

/** Why nothing could be checked at all: a wrong key or policy, a later format. */
export class CannotRun extends Error {}

/**
 * What an error that no check threw says of a bundle: that something in it has a form which no bundle has. Undefined where it
 * says nothing of the bundle, as where memory runs out.
 */
export function asFinding(error) {
  if (error instanceof Tampered) return error;
  const ofForm =
    error instanceof TypeError || (error instanceof RangeError && /call stack/i.test(error.message));
  return ofForm ? new Tampered('Something in the file has a form that nothing in a bundle has') : undefined;
}

/** What may hold, but cannot be decided with the means that are here. */
export class Undecided extends Error {}

export const must = (holds, reason, index) => {
  if (!holds) throw new Tampered(reason, index);
};
