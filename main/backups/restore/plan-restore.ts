import type { MessagePort } from 'node:worker_threads';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { RestorePlan } from '../../../shared/contract/backups.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { withOwner } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { bytesOf, type Manifest, rowsOf } from '../snapshot/manifest.ts';
import { inspectFolder, inspectWorkFolder, type Preflight } from './destination.ts';
import { pointInput } from './point.ts';
import { isUnreadable } from './replace-unreadable.ts';
import type { RestoreInput } from './restore-worker.ts';
import { type ChosenSnapshot, pointOf } from './source.ts';

export type Destination = RestorePlan['destination'];

/** Said where the installation itself is asked to be restored in place. */
export const installationInPlace =
  'The installation itself is not restored in place while it runs. Restore it to a folder, or use recover on a new data folder.';

/** What a restore would do and what stands in its way; changes nothing. Errors: those of reading the snapshot. */
export async function planRestore(
  parts: BackupParts,
  chosen: ChosenSnapshot,
  destination: Destination,
  context: Pick<JobContext, 'operation' | 'progress'>,
): Promise<RestorePlan> {
  const { operation, progress } = context;
  const point = await pointOf(parts, chosen, context);
  const { owner, entry } = point;
  const run = async <Output>(input: RestoreInput, transfer: readonly MessagePort[] = []) =>
    await callWorker<RestoreInput, Output>({
      module: siblingModule(import.meta.url, 'restore-worker'),
      input,
      transfer,
      signal: operation.signal,
      progress,
    });
  const access = accessTo(parts, owner);
  const manifest = await run<Manifest>({ task: 'inspect', access, snapshotId: entry.id });
  const { freeBytes, obstacles } = await preflight(parts, sizesOf(entry), destination);
  const changes =
    destination.kind === 'in-place' &&
    owner !== null &&
    obstacles.length === 0 &&
    !(await isUnreadable(parts.sources, owner))
      ? await withOwner({ sources: parts.sources, owner }, async ({ databases, ports }) => {
          const live = databases[0]?.shared;
          if (live === undefined) return [];
          const workFolder = parts.workFolder;
          const input = { task: 'compare', access, ...pointInput(point), live, workFolder } as const;
          return await run<RestorePlan['changes']>(input, ports);
        })
      : [];
  return {
    snapshotId: entry.id,
    tenantId: owner,
    snapshotTime: toRfc3339(entry.time),
    at: chosen.at === null ? null : toRfc3339(chosen.at),
    pointInTime: point.until === null ? null : toRfc3339(point.until),
    destination,
    bytes: bytesOf(manifest),
    rows: rowsOf(manifest),
    files: manifest.files.count,
    freeBytes,
    changes,
    obstacles: [...obstacles],
  };
}

/** The sizes as the catalogue knows them. */
export function sizesOf({ tenantId, summary }: CatalogueEntry): RestoreSizes {
  const databases = summary.databases.reduce((sum, { bytes }) => sum + bytes, 0);
  return { tenantId, databases, all: summary.bytes };
}

/** Sizes of what a restore writes, in bytes. */
export interface RestoreSizes {
  readonly tenantId: string | null;
  readonly databases: number;
  readonly all: number;
}

/** Looks at the destination. Contents damaged in the snapshot are no obstacle: what is left is worth having. */
export async function preflight(
  parts: BackupParts,
  { tenantId, databases, all }: RestoreSizes,
  destination: Destination,
): Promise<Preflight> {
  if (destination.kind === 'folder') return await inspectFolder(destination.path, all, parts.dataFolder);
  const found = await inspectWorkFolder(parts.workFolder, databases);
  return tenantId === null ? { ...found, obstacles: [...found.obstacles, installationInPlace] } : found;
}
