import type { MessagePort } from 'node:worker_threads';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { RestoreDestination } from '../../../shared/contract/backups/destination.ts';
import type { RestorePlan } from '../../../shared/contract/backups.ts';
import { partText, type RestorePart } from '../../../shared/restore-parts.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { notThere } from '../../row-hash/chosen-rows.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { type OwnerId, withOwner } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { bytesOf, type Manifest, rowsOf } from '../snapshot/manifest.ts';
import { tooSmall } from './clone-tenant.ts';
import { inspectFolder, inspectWorkFolder, type Preflight } from './destination.ts';
import { folderWarnings } from './folder-warnings.ts';
import { inspectInPlace } from './inspect-in-place.ts';
import type { MeasuredParts } from './measure-parts.ts';
import { pointInput } from './point.ts';
import { inspectControl, planControl } from './prepare-control.ts';
import { isUnreadable } from './replace-unreadable.ts';
import { planParts } from './restore-parts.ts';
import type { RestoreInput } from './restore-worker.ts';
import { type ChosenSnapshot, pointOf } from './source.ts';
import { sourceAccess } from './source-place.ts';

export type Destination = RestoreDestination;

/** Where to, and which parts; null: all. */
export interface WhereAndWhat {
  readonly destination: Destination;
  readonly only: readonly RestorePart[] | null;
}

/** Said where a tenant is to be made of the installation's own databases. */
export const installationToTenant =
  "The installation's own databases cannot become a tenant. Restore them to a folder.";

/** What a restore would do and what stands in its way; changes nothing. Errors: those of reading the snapshot. */
export async function planRestore(
  parts: BackupParts,
  chosen: ChosenSnapshot,
  { destination, only }: WhereAndWhat,
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
  const access = sourceAccess(parts, point);
  const manifest = await run<Manifest>({ task: 'inspect', access, snapshotId: entry.id });
  const { freeBytes, obstacles: found } = await preflight(parts, sizesOf(entry, only), destination);
  const obstacles = [...found];
  if (destination.kind === 'tenant' && owner !== null && obstacles.length === 0) {
    const { storageLimit: limit } = parts.sources.prospect(owner, destination);
    if (limit !== null) {
      const { workFolder } = parts;
      const used = await run<number>({ task: 'measure', access, ...pointInput(point), workFolder });
      if (used > limit) obstacles.push(tooSmall(used, limit));
    }
  }
  const inFolder =
    only !== null && destination.kind === 'folder' && obstacles.length === 0
      ? await run<MeasuredParts>({
          task: 'parts',
          access,
          ...pointInput(point),
          only,
          workFolder: parts.workFolder,
        })
      : null;
  obstacles.push(...(inFolder?.missing.map(notThere) ?? []));
  if (inFolder !== null && obstacles.length === 0) {
    const sizes = {
      tenantId: owner,
      databases: 0,
      all: sizesOf(entry, only).all + inFolder.bytes,
      isWhole: false,
    };
    obstacles.push(...(await preflight(parts, sizes, destination)).obstacles);
  }
  const parted =
    only !== null && destination.kind === 'in-place' && owner !== null && obstacles.length === 0
      ? await planParts(parts, { owner, point, only }, context)
      : null;
  obstacles.push(...(parted?.obstacles ?? []));
  const ofControl =
    owner === null && destination.kind === 'in-place' && obstacles.length === 0
      ? await planControl(parts, point, context)
      : undefined;
  obstacles.push(...(ofControl?.obstacles ?? []));
  const isCompared =
    parted === null &&
    obstacles.length === 0 &&
    (owner === null
      ? destination.kind === 'folder'
      : destination.kind === 'in-place' && !(await isUnreadable(parts.sources, owner)));
  const changes = isCompared
    ? await withOwner({ sources: parts.sources, owner }, async ({ databases }) => {
        const live = databases[0]?.shared;
        if (live === undefined) return [];
        const workFolder = parts.workFolder;
        const task = owner === null ? 'compare-control' : 'compare';
        const input = { task, access, ...pointInput(point), live, workFolder } as const;
        return await run<RestorePlan['changes']>(input, [live.port]);
      })
    : (parted?.changes ?? ofControl?.changes ?? []);
  const warnings =
    destination.kind !== 'folder' || obstacles.length > 0
      ? []
      : await folderWarnings(destination.path, async () => {
          if (inFolder !== null) return inFolder.names;
          if (owner === null || filesIn(manifest) === 0) return [];
          const { workFolder } = parts;
          return await run<string[]>({ task: 'names', access, ...pointInput(point), workFolder });
        });
  return {
    snapshotId: entry.id,
    tenantId: owner,
    snapshotTime: toRfc3339(entry.time),
    at: chosen.at === null ? null : toRfc3339(chosen.at),
    pointInTime: point.until === null ? null : toRfc3339(point.until),
    destination: planned(parts, owner, destination),
    bytes: inFolder?.bytes ?? bytesOf(manifest),
    rows: inFolder?.documents ?? rowsOf(manifest),
    files: inFolder?.files ?? filesIn(manifest),
    referredFiles: inFolder?.referred ?? 0,
    freeBytes,
    changes,
    loseAccess: ofControl?.loseAccess ?? null,
    needPassphrase: ofControl?.needPassphrase ?? [],
    overQuota: ofControl?.overQuota ?? [],
    only: only === null ? null : only.map(partText),
    obstacles,
    warnings,
  };
}

/** Files that its state names; it may hold contents of others. */
function filesIn({ collections }: Manifest): number {
  return collections.find(({ name }) => name === filesCollection)?.rows ?? 0;
}

function planned({ sources }: BackupParts, owner: OwnerId, wanted: Destination): RestorePlan['destination'] {
  if (wanted.kind !== 'tenant') return wanted;
  const { kind, name, slug = null } = wanted;
  // the installation's own databases have no tier; that they cannot become a tenant is said
  const tier = owner === null ? (wanted.tier ?? 'free') : sources.prospect(owner, wanted).tier;
  return { kind, name, slug, tier };
}

/** The sizes as the catalogue knows them. What parts come to is known once the database is rebuilt. */
export function sizesOf(
  { tenantId, summary }: CatalogueEntry,
  only: readonly RestorePart[] | null,
): RestoreSizes {
  const databases = summary.databases.reduce((sum, { bytes }) => sum + bytes, 0);
  const isWhole = only === null;
  return { tenantId, databases, all: isWhole ? summary.bytes : databases, isWhole };
}

/** Sizes of what a restore writes, in bytes. */
export interface RestoreSizes {
  readonly tenantId: OwnerId;
  readonly databases: number;
  readonly all: number;
  /** Everything, not chosen parts. */
  readonly isWhole: boolean;
}

/** Looks at the destination. Contents damaged in the snapshot are no obstacle: what is left is worth having. */
export async function preflight(
  parts: BackupParts,
  { tenantId, databases, all, isWhole }: RestoreSizes,
  destination: Destination,
): Promise<Preflight> {
  if (destination.kind === 'folder') return await inspectFolder(destination.path, all, parts.dataFolder);
  if (destination.kind === 'tenant') {
    const found = await inspectWorkFolder(parts.workFolder, all + databases);
    const obstacles =
      tenantId === null ? [installationToTenant] : parts.sources.prospect(tenantId, destination).obstacles;
    return { ...found, obstacles: [...found.obstacles, ...obstacles] };
  }
  if (isWhole && tenantId !== null)
    return await inspectInPlace(parts, tenantId, { databases, files: all - databases });
  if (tenantId === null) return await inspectControl(parts, databases);
  // parts are rebuilt beside, and written as an import
  const found = await inspectWorkFolder(parts.workFolder, 2 * databases);
  return found;
}
