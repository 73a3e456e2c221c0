import { copiesOn } from '../copies/copy-rows.ts';
import { isThere, targetOf } from '../copies/further-target.ts';
import { readTargets } from '../copies/target-rows.ts';
import type { OwnerId } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import type { HealPlace } from './heal-worker.ts';

export interface Places {
  readonly reachable: readonly HealPlace[];
  /** Whether further targets hold copies, also such as are away. */
  readonly any: boolean;
}

/** Where copies of an owner's repository lie. */
export async function placesOf(parts: BackupParts, owner: OwnerId): Promise<Places> {
  const id = repositoryIdOf(owner);
  const holding = readTargets(parts.control).filter((row) =>
    copiesOn(parts.control, row.id).some((copy) => copy.owner === id),
  );
  const reachable: HealPlace[] = [];
  for (const row of holding) {
    if (!(await isThere(parts, row))) continue;
    reachable.push({ name: row.name, location: targetOf(parts, row).repository(id).location });
  }
  return { reachable, any: holding.length > 0 };
}
