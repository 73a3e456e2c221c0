import { join } from 'node:path';
import type { RestorePlan, RestoreResult } from '../../../shared/contract/backups.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { partText, type RestorePart } from '../../../shared/restore-parts.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { BackupParts } from '../parts.ts';
import { removeWorkFolder } from '../work-folder.ts';
import { inTheWay } from './obstacles.ts';
import { pointInput, type RestorePoint } from './point.ts';
import type { RebuiltTenant } from './rebuild-tenant.ts';
import type { RestoreInput } from './restore-worker.ts';
import { readingSource, sourceAccess } from './source-place.ts';

export interface PartsOfPoint {
  readonly owner: Uuid;
  readonly point: RestorePoint;
  readonly only: readonly RestorePart[];
}

type Context = Pick<JobContext, 'operation' | 'progress'>;

/** What bringing parts back would change in the tenant as it is; changes nothing. */
export async function planParts(
  parts: BackupParts,
  asked: PartsOfPoint,
  context: Context,
): Promise<Pick<RestorePlan, 'changes' | 'obstacles'>> {
  return await withRebuiltParts(parts, asked, 'look', context, async ({ file }) => {
    const then = { file, parts: asked.only };
    const { collections, obstacles } = await parts.sources.compareParts(asked.owner, then, context);
    return { changes: collections.map((each) => ({ ...each, lost: 0 })), obstacles: [...obstacles] };
  });
}

/**
 * Brings parts of a snapshot back into the tenant as it is: proved beside at level 4, then written as one import, which
 * is its undo; no revision is lost, so no safety snapshot is made. The snapshot does not count as verified: contents of
 * other files were not read. Errors: CONFLICT (`data.obstacles`), QUOTA_EXCEEDED,
 * INTEGRITY, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function restoreParts(
  parts: BackupParts,
  asked: PartsOfPoint,
  context: JobContext,
): Promise<Omit<RestoreResult, 'durationMs'>> {
  const { ids, sources } = parts;
  const { entry } = asked.point;
  return await withRebuiltParts(parts, asked, 'use', context, async ({ file }) => {
    const then = { file, parts: asked.only };
    const { obstacles } = await sources.compareParts(asked.owner, then, context);
    if (obstacles.length > 0) throw inTheWay(obstacles);
    const written = await sources.bringBack(asked.owner, then, context);
    const { documents, files, bytes, importId } = written;
    return {
      restoreId: ids.uuid(),
      to: 'in-place',
      tenantId: asked.owner,
      folder: null,
      snapshotId: entry.id,
      verifiedLevel: 4,
      rows: documents,
      files,
      bytes,
      undoId: null,
      pending: false,
      importId,
      only: asked.only.map(partText),
    };
  });
}

/** The point rebuilt and proved; to `use` it, the contents of the parts are put in place too. */
async function withRebuiltParts<Result>(
  parts: BackupParts,
  { owner, point, only }: PartsOfPoint,
  why: 'look' | 'use',
  { operation, progress }: Context,
  work: (rebuilt: RebuiltTenant) => Promise<Result>,
): Promise<Result> {
  const folder = join(parts.workFolder, parts.ids.uuid());
  try {
    const rebuild = () =>
      callWorker<RestoreInput, RebuiltTenant>({
        module: siblingModule(import.meta.url, 'restore-worker'),
        input: {
          task: 'rebuild',
          access: sourceAccess(parts, point),
          ...pointInput(point),
          folder,
          filesFolder: parts.sources.filesFolder(owner),
          prefix: parts.keys.rowHashPrefix(owner),
          only: why === 'use' ? only : [],
        },
        signal: operation.signal,
        progress,
      });
    return await work(await readingSource(parts, point, { operation, progress }, rebuild));
  } finally {
    await removeWorkFolder(parts, folder);
  }
}
