import { dirname } from 'node:path';
import type { FolderSnapshot } from '../../../shared/contract/backups/folders.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { snapshotIds } from '../catalogue/catalogue.ts';
import { requireListed, type WritingPlace, writingBackup } from '../copies/stand-in.ts';
import { withHealing } from '../healing/heal.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import {
  addFolderSnapshot,
  addFoundSnapshots,
  type FolderRow,
  findFolderSnapshot,
  folderSnapshotIds,
  newestSnapshotOf,
} from './folder-store.ts';
import type { SaveInput, SaveOutput } from './folder-worker.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { admitFolder } from './refuse-folder.ts';

/**
 * Makes one snapshot of a protected folder and enters it in the catalogue with its audit entry. Snapshots that a killed
 * run left without a line are entered as well. Errors: those of `saveFolder`; VALIDATION where Holdfast's own data has
 * moved into the folder since.
 */
export async function backUpFolder(
  parts: BackupParts,
  folder: FolderRow,
  context: JobContext,
): Promise<FolderSnapshot> {
  const { control, target, clock, app } = parts;
  const { tenantId } = folder;
  const { location } = target.repository(tenantId);
  const path = await admitFolder(folder.path, [parts.dataFolder, dirname(location.path)]);
  // a link in its place would save another folder under this one's name
  if (path !== folder.path) throw movedAway();
  const startedMicros = clock.monotonicMicros();
  const made = await oneAtATime(
    parts,
    () =>
      parts.turns.take(repositoryIdOf(tenantId), () =>
        writingBackup(parts, tenantId, context, async (place) => {
          const output = await run(place, folder, context);
          await enter(output, place);
          return output.made;
        }),
      ),
    context,
  );
  const entry = findFolderSnapshot(control, made.id);
  if (entry === undefined)
    throw new HoldfastError('INTERNAL', 'A snapshot that was just made is not listed.');
  return entry.shown;

  /** Within the turns: a target is not removed, nor what it has brought back, between a snapshot and its line. */
  async function enter({ made, found }: SaveOutput, place: WritingPlace): Promise<void> {
    const durationMs = Math.round((clock.monotonicMicros() - startedMicros) / 1000);
    const { url: repository, standIn } = place;
    const where = { tenantId, repository, targetId: standIn?.id ?? null };
    await control.write((transaction) => {
      requireListed(transaction, place);
      addFoundSnapshots(
        transaction,
        where,
        found.filter(({ time }) => time >= place.since),
      );
      addFolderSnapshot(transaction, { ...made, ...where, durationMs });
      if (standIn !== null) parts.standingIn.noticed(transaction, true);
      context.operation.record(transaction, {
        tenantId,
        resource: { kind: 'snapshot', id: made.id },
        facts: {
          kind: 'folder',
          folder: folder.id,
          files: made.files,
          filesRead: made.filesRead,
          databases: made.databases ?? 0,
          bytesAdded: made.bytesAdded,
          warnings: made.warnings,
          special: made.special,
          hardLinks: made.hardLinks,
          ...(standIn === null ? {} : { wroteTo: standIn.name }),
        },
        ...(made.warnings > 0 || standIn !== null ? { severity: 'warning' as const } : {}),
      });
    });
  }

  function run(
    { access, mayCreate, standIn }: WritingPlace,
    { id: folderId, excludes }: FolderRow,
    { operation, progress }: JobContext,
  ) {
    const known = [...snapshotIds(control, tenantId), ...folderSnapshotIds(control, tenantId)];
    const newest = newestSnapshotOf(control, folderId);
    const input: SaveInput = {
      task: 'save',
      access,
      mayCreate,
      known,
      plan: {
        folderId,
        path,
        excludes,
        parent: newest?.path === path ? newest.id : null,
        workFolder: parts.workFolder,
        startedAt: clock.now(),
        app,
      },
    };
    const module = siblingModule(import.meta.url, 'folder-worker');
    const save = () =>
      callWorker<SaveInput, SaveOutput>({ module, input, signal: operation.signal, progress });
    return standIn === null ? withHealing(parts, tenantId, { operation, progress }, save) : save();
  }
}

function movedAway(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'A link lies in the place of the protected folder. Put the folder back, or protect the one it leads to.',
    { reason: 'folder-moved' },
  );
}
