import type { Clock } from '../../../shared/clock.ts';
import { systemClock } from '../../../shared/clock.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { type RepositoryAccess, withNewRepository, withRepository } from '../repository-access.ts';
import { buildSnapshot, type SnapshotFacts, type SnapshotMade } from './build-snapshot.ts';
import { findUncatalogued } from './find-uncatalogued.ts';
import type { Manifest } from './manifest.ts';
import { openSnapshot } from './open-snapshot.ts';

export interface BuildInput {
  readonly access: RepositoryAccess;
  /** Make the repository where there is none. */
  readonly mayCreate: boolean;
  /** Snapshots that the catalogue lists. */
  readonly known: readonly string[];
  readonly facts: SnapshotFacts;
  readonly databases: readonly { readonly name: string; readonly shared: SharedStore }[];
  readonly filesFolder: string | null;
  /** A snapshot whose contents need not be read again. */
  readonly filesSavedBy: string | null;
}

export interface BuildOutput {
  readonly made: SnapshotMade;
  /** Snapshots of ours that the catalogue does not list: a run was killed before it could. */
  readonly found: readonly { readonly id: string; readonly manifest: Manifest }[];
}

await serveCall<BuildInput, BuildOutput>(async (input, context) => {
  const { access, mayCreate, known, facts, databases, filesFolder, filesSavedBy } = input;
  const clock: Clock = systemClock;
  const open = databases.map(({ name, shared }) => ({ name, store: openWorkerStore(shared, { clock }) }));
  try {
    const within = mayCreate ? withNewRepository : withRepository;
    return await within(access, async (repository) => {
      const saved = filesSavedBy === null ? undefined : (await openSnapshot(repository, filesSavedBy)).files;
      return {
        found: await findUncatalogued(repository, access.location, known),
        made: await buildSnapshot(repository, { facts, databases: open, filesFolder, saved }, context),
      };
    });
  } finally {
    await Promise.all(open.map(({ store }) => store.close()));
  }
});
