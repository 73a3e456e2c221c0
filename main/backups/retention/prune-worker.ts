import { serveCall } from '../../jobs/serve-call.ts';
import type { PruneReport } from '../container/prune.ts';
import { showPhases } from '../container-phases.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';

export interface PruneInput {
  readonly access: RepositoryAccess;
}

const phases = {
  'checking-structure': { name: 'Finding what is used', unit: 'entries' },
  repacking: { name: 'Gathering what is scattered', unit: 'bytes' },
  removing: { name: 'Removing packs', unit: 'files' },
} as const;

serveCall<PruneInput, PruneReport>(async ({ access }, { signal, progress }) => {
  const onProgress = showPhases(progress, phases);
  return await withRepository(access, (repository) => repository.prune({ signal, onProgress }));
});
