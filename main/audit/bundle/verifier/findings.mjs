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

/** What may hold, but cannot be decided with the means that are here. */
export class Undecided extends Error {}

export const must = (holds, reason, index) => {
  if (!holds) throw new Tampered(reason, index);
};
