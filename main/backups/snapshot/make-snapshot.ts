import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Lease } from '../../storage/store.ts';
import { addSnapshot, type CatalogueEntry, entryOf, listSnapshots } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import { withOwner } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import type { SnapshotMade } from './build-snapshot.ts';
import type { BuildInput, BuildOutput } from './build-worker.ts';
import type { Manifest } from './manifest.ts';

export interface SnapshotKind {
  /** The state before a restore in place. */
  readonly safety: boolean;
  /** A lease of the tenant's store that the caller holds and goes on holding. */
  readonly within?: Lease;
  /** A snapshot made just before: contents that it holds are not read again. */
  readonly filesSavedBy?: string;
}

/**
 * Makes one full snapshot of an owner in its repository and enters it in the catalogue, together with its audit
 * entry unless it is a safety snapshot. Snapshots that a killed run left without a line are entered as well.
 * Errors: those of `buildSnapshot`, and NOT_FOUND where a repository that held snapshots is gone.
 */
export async function makeSnapshot(
  parts: BackupParts,
  owner: OwnerId,
  how: SnapshotKind,
  { operation, progress }: Pick<JobContext, 'operation' | 'progress'>,
): Promise<CatalogueEntry> {
  const { control, sources, audit, target, clock, app } = parts;
  const { safety } = how;
  const known = listSnapshots(control, owner);
  const startedAt = clock.now();
  const startedMicros = clock.monotonicMicros();
  const output = await withOwner(
    { sources, owner, lease: how.within },
    ({ databases, filesFolder, ports }) => {
      const input: BuildInput = {
        access: accessTo(parts, owner),
        mayCreate: known.length === 0 || target.isInDataFolder,
        known: known.map(({ id }) => id),
        facts: {
          installationId: sources.installationId,
          tenantId: owner,
          kind: 'full',
          safety,
          startedAt,
          app,
          auditNotes: {
            installation: audit.checkpointNote(null),
            tenant: owner === null ? null : audit.checkpointNote(owner),
          },
        },
        databases,
        filesFolder,
        filesSavedBy: how.filesSavedBy ?? null,
      };
      const module = siblingModule(import.meta.url, 'build-worker');
      return callWorker<BuildInput, BuildOutput>({
        module,
        input,
        transfer: ports,
        signal: operation.signal,
        progress,
      });
    },
  );
  const { url: repository } = target.repository(repositoryIdOf(owner));
  const durationMs = Math.round((clock.monotonicMicros() - startedMicros) / 1000);
  const { made } = output;
  const entry = entryOf(made.manifest, { id: made.id, repository, bytesAdded: made.bytesAdded, durationMs });
  await control.write((transaction) => {
    for (const { id, manifest } of output.found) {
      if (!belongsTo(manifest, parts, owner)) continue;
      addSnapshot(transaction, entryOf(manifest, { id, repository, bytesAdded: 0, durationMs: 0 }));
    }
    addSnapshot(transaction, entry);
    if (!safety) operation.record(transaction, toldOf(made, owner));
  });
  return entry;
}

/** Whether a snapshot found in a repository is this installation's and this owner's. */
export function belongsTo(manifest: Manifest, { sources }: BackupParts, owner: OwnerId): boolean {
  return manifest.installationId === sources.installationId && manifest.tenantId === owner;
}

function toldOf({ id, manifest, bytesAdded }: SnapshotMade, owner: OwnerId) {
  const damaged = manifest.damaged.length;
  const [first] = manifest.databases;
  if (first === undefined) throw new HoldfastError('INTERNAL', 'A snapshot without a database was made.');
  const withoutLog = owner === null && !manifest.databases.some(({ name }) => name === 'audit');
  return {
    ...(owner === null ? {} : { tenantId: owner }),
    resource: { kind: 'snapshot', id },
    facts: {
      root: first.pageMapRoot,
      commit: first.commits.last,
      bytesAdded,
      files: manifest.files.count,
      ...(damaged > 0 ? { damagedFiles: damaged } : {}),
      ...(withoutLog ? { missing: 'audit' } : {}),
    },
    ...(damaged > 0 || withoutLog ? { severity: 'critical' as const } : {}),
  };
}
