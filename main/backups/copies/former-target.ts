import { dirname } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import { everybody } from '../../../shared/target-cover.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { beginCopy, putCopy } from './copy-rows.ts';
import { primaryFolder } from './further-target.ts';
import { insertTarget, readTargets } from './target-rows.ts';

/** Where backups are written to so far: the folder that was named for it, or the data folder. */
export function firstAddress({ target, dataFolder }: Pick<BackupParts, 'target' | 'dataFolder'>): string {
  return target.isInDataFolder ? dataFolder : dirname(primaryFolder({ target }));
}

/** Every owner there is: the installation and its tenants. */
export function allOwners({ sources }: Pick<BackupParts, 'sources'>): readonly OwnerId[] {
  return [null, ...sources.tenantIds()];
}

/**
 * The former place of the first target goes on as a further target, so that nobody who is erased later stays there unseen. `copies`: of
 * each owner, how many snapshots lie there.
 */
export function keepFormer(
  transaction: Transaction,
  { control, ids, clock }: Pick<BackupParts, 'control' | 'ids' | 'clock'>,
  path: string,
  copies: ReadonlyMap<OwnerId, number>,
  { caller }: Operation,
): void {
  const id = ids.uuid();
  const names = new Set(readTargets(transaction).map(({ name }) => name));
  const name = 'Former first target';
  insertTarget(transaction, {
    id,
    name: names.has(name) ? `${name} (${toRfc3339(clock.now())})` : name,
    address: path,
    place: { kind: 'folder', path },
    bytesPerSecond: null,
    covers: everybody,
    addedAt: clock.now(),
    addedBy: caller.kind === 'operator' ? caller.id : null,
  });
  for (const [tenantId, snapshots] of copies) {
    const owner = repositoryIdOf(tenantId);
    beginCopy(transaction, id, owner);
    const newest = listBriefly(control, tenantId)[0]?.time ?? null;
    putCopy(transaction, id, { owner, newest, snapshots, updatedAt: clock.now() });
  }
}
