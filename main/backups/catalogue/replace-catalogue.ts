import type { Transaction } from '../../storage/store.ts';
import type { FoundFolder } from '../folders/find-folders.ts';
import { replaceFolderSnapshots } from '../folders/folder-store.ts';
import type { OwnerId } from '../owner.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { addSnapshot, entryOf, setVerified, snapshotIds } from './catalogue.ts';

export interface FoundSnapshots {
  readonly owner: OwnerId;
  /** The repository, as people and restic name it. */
  readonly repository: string;
  readonly snapshots: readonly { readonly id: string; readonly manifest: Manifest }[];
  /** Snapshots of protected folders. */
  readonly folders: readonly FoundFolder[];
  /** The one that was proved row by row just now. */
  readonly proved: string | null;
}

/** Makes the catalogue say what the repositories really hold. `now`: epoch milliseconds. */
export function replaceCatalogue(
  transaction: Transaction,
  found: readonly FoundSnapshots[],
  now: number,
): void {
  const there = new Set(found.flatMap(({ snapshots }) => snapshots.map(({ id }) => id)));
  const remove = transaction.sql('DELETE FROM snapshots WHERE id = ?');
  for (const id of snapshotIds(transaction, undefined)) {
    if (!there.has(id)) remove.run(id);
  }
  replaceFolderSnapshots(transaction, found);
  const place = transaction.sql('UPDATE snapshots SET repository = ?, target_id = NULL WHERE tenant_id IS ?');
  for (const { owner, repository, snapshots, proved } of found) {
    place.run(repository, owner);
    for (const { id, manifest } of snapshots) {
      addSnapshot(transaction, entryOf(manifest, { id, repository, bytesAdded: 0, durationMs: 0 }));
    }
    if (proved !== null) setVerified(transaction, proved, { level: 4, time: now });
  }
}
