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
import type { Lacking } from './copy-snapshots.ts';
import { targetOf } from './further-target.ts';
import { noteOnFirst, notOnFirst, type OnlyThere, standIns } from './stand-in-rows.ts';
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
    const left = await control.write((transaction) => {
      const there = new Set(report.there);
      for (const { id: found, manifest } of report.found) {
        if (!there.has(found)) continue;
        addSnapshot(transaction, entryOf(manifest, { id: found, repository, bytesAdded: 0, durationMs: 0 }));
      }
      const folders = report.folders.filter((each) => there.has(each.id));
      if (owner !== null) addFoundSnapshots(transaction, { tenantId: owner, repository }, folders);
      const { files, bytes } = report;
      const returned = { repository, there: report.there, now: clock.now() };
      const left = noteOnFirst(transaction, row.id, owner, returned);
      if (there.size > 0) {
        standingIn.returning(operation.caller).record(transaction, {
          ...whose,
          resource: { kind: 'repository', id },
          facts: { from: row.name, snapshots: there.size, files, bytes },
        });
      }
      if (notOnFirst(transaction).length === 0) standingIn.noticed(transaction, false);
      return left;
    });
    if (left.length + report.lacking.length > 0) throw notWhole(row, left, report.lacking);
  });
}

/** In one message. */
const namedFiles = 6;

/** Names what is gone or damaged, and which snapshot cannot be had without it. */
function notWhole(
  { id, name }: TargetRow,
  left: readonly Pick<OnlyThere, 'id'>[],
  lacking: readonly Lacking[],
): HoldfastError {
  const known = new Set(lacking.map((each) => each.id));
  const gone = left.flatMap((each) =>
    known.has(each.id) ? [] : [{ id: each.id, missing: [`snapshots/${each.id}`] }],
  );
  const all = [...gone, ...lacking];
  const files = [...new Set(all.flatMap(({ missing }) => missing))];
  const named =
    files.slice(0, namedFiles).join(', ') +
    (files.length > namedFiles ? ` and ${files.length - namedFiles} more` : '');
  return new HoldfastError(
    'INTEGRITY',
    `Backups that only ${name} had could not be brought back (${all.length}): missing or damaged there are ${named}. Put the files back, or remove ${name} with these backups.`,
    {
      target: id,
      snapshots: all.length,
      problems: all.flatMap((each) =>
        each.missing.map((file) => ({
          file,
          what: `snapshot ${each.id} needs it, and it is missing or damaged`,
        })),
      ),
    },
  );
}
