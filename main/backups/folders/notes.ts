/** What is said of one entry of a protected folder that is not simply in the snapshot. */
export const entryProblems = [
  'unreadable', // the system refuses it; not in the snapshot
  'vanished', // removed while it was read; not in the snapshot
  'changed', // written to while it was read; in the snapshot as it was read
  'database-as-file', // could not be captured as a database; in the snapshot as a plain file
  'special', // a socket, pipe or device; never in a snapshot
] as const;
export type EntryProblem = (typeof entryProblems)[number];

export interface EntryNote {
  /** Below the folder, with `/`; bytes that are no UTF-8 are shown as U+FFFD. */
  readonly path: string;
  readonly problem: EntryProblem;
  /** Why, such as `EACCES`; null where the problem says it. */
  readonly detail: string | null;
}

/** At most so many are kept one by one. */
const mostListed = 500;

/** Gathers what has to be said of entries; each is counted, the first ones are listed. */
export class EntryNotes {
  readonly listed: EntryNote[] = [];
  #warnings = 0;
  #special = 0;

  /** Entries that are not in the snapshot as they should be. */
  get warnings(): number {
    return this.#warnings;
  }

  /** Sockets, pipes and devices that were passed over. */
  get special(): number {
    return this.#special;
  }

  add(path: string, problem: EntryProblem, detail: string | null = null): void {
    if (problem === 'special') this.#special += 1;
    else this.#warnings += 1;
    if (this.listed.length < mostListed) this.listed.push({ path: path.toWellFormed(), problem, detail });
  }
}
