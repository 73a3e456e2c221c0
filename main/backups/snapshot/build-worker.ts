import { systemClock } from '../../../shared/clock.ts';
import { giveWay } from '../../jobs/background-thread.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import type { Repository } from '../container/repository.ts';
import { type RepositoryAccess, withNewRepository, withRepository } from '../repository-access.ts';
import { buildIncremental, type IncrementalPlan } from './build-incremental.ts';
import { buildSnapshot, type SnapshotPlan } from './build-snapshot.ts';
import type { SnapshotMade } from './commit-snapshot.ts';
import { findUncatalogued } from './find-uncatalogued.ts';
import type { Manifest } from './manifest.ts';
import { openSnapshot } from './open-snapshot.ts';
import type { SnapshotFacts } from './snapshot-facts.ts';

interface CommonInput {
  readonly access: RepositoryAccess;
  /** Make the repository where there is none. */
  readonly mayCreate: boolean;
  /** Snapshots that the catalogue lists. */
  readonly known: readonly string[];
  readonly facts: SnapshotFacts;
}

export interface FullInput extends CommonInput {
  readonly task: 'full';
  readonly databases: readonly { readonly name: string; readonly shared: SharedStore }[];
  readonly filesFolder: string | null;
  /** A snapshot whose contents need not be read again. */
  readonly filesSavedBy: string | null;
}

export interface IncrementalInput extends CommonInput, IncrementalPlan {
  readonly task: 'incremental';
}

export type BuildInput = FullInput | IncrementalInput;

export interface BuildOutput {
  readonly made: SnapshotMade;
  /** Snapshots of ours that the catalogue does not list: a run was killed before it could. */
  readonly found: readonly { readonly id: string; readonly manifest: Manifest }[];
}

// also for the threads that seal, which begin here: whoever writes meanwhile goes first
giveWay();

serveCall<BuildInput, BuildOutput>(async (input, context) => {
  const { access, mayCreate, known } = input;
  const within = mayCreate ? withNewRepository : withRepository;
  const work = async (make: (repository: Repository) => Promise<SnapshotMade>) =>
    await within(access, async (repository) => ({
      found: await findUncatalogued(repository, access.location, known),
      made: await make(repository),
    }));
  if (input.task === 'incremental') {
    return await work((repository) => buildIncremental(repository, input, context));
  }
  const open = input.databases.map(({ name, shared }) => ({
    name,
    store: openWorkerStore(shared, { clock: systemClock }),
  }));
  try {
    return await work((repository) => full(repository, input, open, context));
  } finally {
    await Promise.all(open.map(({ store }) => store.close()));
  }
});

async function full(
  repository: Repository,
  { facts, filesFolder, filesSavedBy }: FullInput,
  databases: SnapshotPlan['databases'],
  context: WorkerContext,
): Promise<SnapshotMade> {
  const saved = filesSavedBy === null ? undefined : (await openSnapshot(repository, filesSavedBy)).files;
  return await buildSnapshot(repository, { facts, databases, filesFolder, saved }, context);
}
