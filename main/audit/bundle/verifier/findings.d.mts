/** What is wrong with a bundle. */
export class Tampered extends Error {}

/** Why nothing could be checked at all: a wrong key or policy, a later format. */
export class CannotRun extends Error {}

/** What may hold, but cannot be decided with the means that are here. */
export class Undecided extends Error {}
