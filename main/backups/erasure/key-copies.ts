import type { KeyCopy } from '../../../shared/contract/tenants.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { publishOn } from '../copies/erase-copies.ts';
import { isThere, targetOf } from '../copies/further-target.ts';
import { findTarget, readTargets } from '../copies/target-rows.ts';
import type { BackupParts } from '../parts.ts';
import { publishRecovery } from '../recovery/publish-recovery.ts';
import type { RecoveryParts } from '../targets/target.ts';

/** Where copies of the keyring and of keys.db lie: on every target but a first one in the data folder. */
export class KeyCopies {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** The first target first. */
  places(): KeyCopy[] {
    const { target, control } = this.#parts;
    const first = target.isInDataFolder ? [] : [{ targetId: null, name: '' }];
    return [...first, ...readTargets(control).map(({ id, name }) => ({ targetId: id, name }))];
  }

  /** The same, and whether they can be reached now. */
  async reached(): Promise<(KeyCopy & { readonly isHere: boolean })[]> {
    const { target, control } = this.#parts;
    const asked = this.places().map(async (place) => ({
      ...place,
      isHere:
        place.targetId === null
          ? await target.isReachable()
          : await isThere(this.#parts, findTarget(control, place.targetId)),
    }));
    return await Promise.all(asked);
  }

  /** Replaces them wherever they can be reached. What fails is told to `report` and left to the next synchronisation. */
  async replace(report: (error: unknown) => void): Promise<void> {
    for (const { targetId, isHere } of await this.reached()) {
      if (!isHere) continue;
      try {
        if (targetId === null) await publishRecovery(this.#parts);
        else await publishOn(this.#parts, findTarget(this.#parts.control, targetId));
      } catch (error) {
        report(error);
      }
    }
  }

  /** What lies on a target; undefined where nothing does. Errors: NOT_FOUND, those of `Target.readCopies`. */
  async read(targetId: Uuid | null): Promise<Pick<RecoveryParts, 'keyring' | 'keysDb'> | undefined> {
    const { target, control } = this.#parts;
    const at = targetId === null ? target : targetOf(this.#parts, findTarget(control, targetId));
    return await at.readCopies();
  }
}
