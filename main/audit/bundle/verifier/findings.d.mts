/** Why nothing could be checked at all. */
export class CannotRun extends Error {}
