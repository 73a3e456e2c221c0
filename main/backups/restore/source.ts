import { HoldfastError } from '../../../shared/errors.ts';
import { type CatalogueEntry, findSnapshot, newestSnapshot } from '../catalogue/catalogue.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';

export interface RestoreSource {
  readonly tenant?: string | undefined;
  readonly installation?: true | undefined;
  readonly snapshotId?: string | undefined;
  /** RFC 3339. */
  readonly at?: string | undefined;
}

export interface ChosenSnapshot {
  readonly owner: OwnerId;
  readonly entry: CatalogueEntry;
}

/**
 * The snapshot that a restore is asked from: by id, the newest not later than a time, or the newest. Errors:
 * VALIDATION (nothing named, or id and time both), NOT_FOUND, CONFLICT (a prefix of several ids).
 */
export function chooseSnapshot({ control, sources }: BackupParts, source: RestoreSource): ChosenSnapshot {
  if (source.tenant !== undefined && source.installation === true)
    throw unclear('either a tenant or the installation');
  if (source.snapshotId !== undefined && source.at !== undefined)
    throw unclear('either a snapshot or a time');
  const owner = ownerOf(source, sources);
  if (source.snapshotId !== undefined) {
    const entry = findSnapshot(control, source.snapshotId, owner);
    return { owner: entry.tenantId, entry };
  }
  if (owner === undefined) throw unclear('a tenant, the installation or a snapshot');
  return {
    owner,
    entry: newestSnapshot(control, owner, source.at === undefined ? null : Date.parse(source.at)),
  };
}

function unclear(what: string): HoldfastError {
  return new HoldfastError('VALIDATION', `Name ${what}.`, { issues: [{ path: 'tenant', reason: what }] });
}
