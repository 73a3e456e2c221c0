import type { CarriedNote } from '../needs.ts';
import type { Manifest } from './manifest.ts';

/** What snapshots say of the installation's audit log; one that was made while it could not be opened says nothing. */
export function carriedNotes(
  snapshots: readonly { readonly id: string; readonly manifest: Pick<Manifest, 'auditNotes' | 'time'> }[],
): CarriedNote[] {
  return snapshots.flatMap(({ id, manifest: { auditNotes, time } }) =>
    auditNotes.installation === null
      ? []
      : [{ note: auditNotes.installation, snapshotId: id, time: Date.parse(time) }],
  );
}
