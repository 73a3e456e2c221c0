import { serveCall } from '../../jobs/serve-call.ts';
import type { ContainerProgress } from '../container/blob.ts';
import type { PruneReport } from '../container/prune.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';

export interface PruneInput {
  readonly access: RepositoryAccess;
}

const phases = {
  'checking-structure': { name: 'Finding what is used', unit: 'entries' },
  repacking: { name: 'Gathering what is scattered', unit: 'bytes' },
  removing: { name: 'Removing packs', unit: 'files' },
} as const;

await serveCall<PruneInput, PruneReport>(async ({ access }, { signal, progress }) => {
  let shown: ContainerProgress['phase'] | undefined;
  let before = 0;
  const onProgress = ({ phase, done, total, bytes }: ContainerProgress) => {
    if (!(phase in phases)) return;
    const { name, unit } = phases[phase as keyof typeof phases];
    if (phase !== shown) {
      shown = phase;
      before = 0;
      progress.phase(name, unit === 'bytes' ? null : total, unit);
    }
    const reached = unit === 'bytes' ? bytes : done;
    progress.advance(reached - before);
    before = reached;
  };
  return await withRepository(access, (repository) => repository.prune({ signal, onProgress }));
});
