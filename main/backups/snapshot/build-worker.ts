import type { Clock } from '../../../shared/clock.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { type RepositoryAccess, withNewRepository, withRepository } from '../repository-access.ts';
import { serveWork } from '../worker/serve-work.ts';
import { threadClock } from '../worker/thread-clock.ts';
import { buildSnapshot, type SnapshotFacts } from './build-snapshot.ts';

export interface BuildInput {
  readonly access: RepositoryAccess;
  /** Make the repository where there is none. */
  readonly mayCreate: boolean;
  readonly facts: SnapshotFacts;
  readonly databases: readonly { readonly name: string; readonly shared: SharedStore }[];
  readonly filesFolder: string | null;
}

serveWork<BuildInput>(async ({ access, mayCreate, facts, databases, filesFolder }, context) => {
  const clock: Clock = threadClock;
  const open = databases.map(({ name, shared }) => ({ name, store: openWorkerStore(shared, { clock }) }));
  try {
    const within = mayCreate ? withNewRepository : withRepository;
    return await within(access, (repository) =>
      buildSnapshot(repository, { facts, databases: open, filesFolder }, context),
    );
  } finally {
    await Promise.all(open.map(({ store }) => store.close()));
  }
});
