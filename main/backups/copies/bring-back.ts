import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { addSnapshot, entryOf, snapshotIds } from '../catalogue/catalogue.ts';
import { addFoundSnapshots, folderSnapshotIds } from '../folders/folder-store.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import type { BringBackInput, BringBackReport } from './bring-back-worker.ts';
import { targetOf } from './further-target.ts';
import { noteOnFirst, notOnFirst, standIns } from './stand-in-rows.ts';
import type { TargetRow } from './target-rows.ts';

/**
 * Copies what a further target has of an owner in place of the first one to the first one, which is there. Does nothing where it
 * does not stand in. Cut off, the next call goes on. Errors: UNAVAILABLE (the further target is away), CONFLICT (another
 * repository lies on the first), INTEGRITY (what was written there is damaged, or gone: what is not is brought back), LOCKED, STORAGE_FULL, IO, CANCELLED.
 */
export async function bringBack(
  parts: BackupParts,
  { row, owner }: { readonly row: TargetRow; readonly owner: OwnerId },
  { operation, progress }: Pick<JobContext, 'operation' | 'progress'>,
): Promise<void> {
  const { control, clock, target, turns, use, standingIn } = parts;
  const id = repositoryIdOf(owner);
  await turns.take(`return:${id}`, async () => {
    const standIn = standIns(control, id).find(({ targetId }) => targetId === row.id);
    if (standIn === undefined) return;
    const from = targetOf(parts, row);
    await from.requireReady();
    const first = accessTo(parts, owner);
    const input: BringBackInput = {
      standIn: { ...first, location: from.repository(id).location },
      first,
      wanted: notOnFirst(control, owner).flatMap((each) => (each.targetId === row.id ? [each.id] : [])),
      known: [...snapshotIds(control, owner), ...(owner === null ? [] : folderSnapshotIds(control, owner))],
      since: standIn.since,
      installationId: parts.sources.installationId,
      tenantId: owner,
    };
    const report = await use.reading(id, () =>
      callWorker<BringBackInput, BringBackReport>({
        module: siblingModule(import.meta.url, 'bring-back-worker'),
        input,
        signal: operation.signal,
        progress,
      }),
    );
    const { url: repository } = target.repository(id);
    const whose = owner === null ? {} : { tenantId: owner };
    const lacking = await control.write((transaction) => {
      for (const { id: found, manifest } of report.found) {
        addSnapshot(transaction, entryOf(manifest, { id: found, repository, bytesAdded: 0, durationMs: 0 }));
      }
      if (owner !== null) addFoundSnapshots(transaction, { tenantId: owner, repository }, report.folders);
      const { there, files, bytes } = report;
      const left = noteOnFirst(transaction, row.id, owner, { repository, there, now: clock.now() });
      if (there.length > 0) {
        standingIn.returning(operation.caller).record(transaction, {
          ...whose,
          resource: { kind: 'repository', id },
          facts: { from: row.name, snapshots: there.length, files, bytes },
        });
      }
      if (notOnFirst(transaction).length === 0) standingIn.noticed(transaction, false);
      return left;
    });
    if (lacking.length > 0) throw areGone(row, lacking.length);
  });
}

function areGone({ id, name }: TargetRow, snapshots: number): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `Backups that only ${name} had are not there any more (${snapshots}). Put the files back, or remove ${name} with these backups.`,
    { target: id, snapshots },
  );
}
