import type { FolderNote } from '../../../shared/contract/backups/folders.ts';

export type EntryNote = FolderNote;

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

  add(path: string, problem: EntryNote['problem'], detail: string | null = null): void {
    if (problem === 'special') this.#special += 1;
    else this.#warnings += 1;
    if (this.listed.length < mostListed) this.listed.push({ path: path.toWellFormed(), problem, detail });
  }
}
