import type { FirstTarget, RecoveryParts, RepositoryId } from './target.ts';

/** The first target, which may become another while others hold this object. */
export class MovableTarget implements FirstTarget {
  #now: FirstTarget;

  constructor(now: FirstTarget) {
    this.#now = now;
  }

  /** From now on everything goes to `next`. */
  become(next: FirstTarget): void {
    this.#now = next;
  }

  get isInDataFolder() {
    return this.#now.isInDataFolder;
  }
  repository(id: RepositoryId) {
    return this.#now.repository(id);
  }
  prepare() {
    return this.#now.prepare();
  }
  publishRecovery(parts: RecoveryParts) {
    return this.#now.publishRecovery(parts);
  }
  readCopies() {
    return this.#now.readCopies();
  }
  isReachable() {
    return this.#now.isReachable();
  }
  sharesDeviceWith(folder: string) {
    return this.#now.sharesDeviceWith(folder);
  }
}
