import { serveCall } from '../../jobs/serve-call.ts';
import type { ContainerProgress } from '../container/blob.ts';
import type { RepairPlan } from '../container/repair.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';

export interface RepairInput {
  readonly access: RepositoryAccess;
  /** Only to look, and to change nothing. */
  readonly planOnly: boolean;
}

const phases = {
  'checking-content': { name: 'Reading every pack', unit: 'bytes' },
  repacking: { name: 'Saving sound blobs anew', unit: 'bytes' },
  removing: { name: 'Removing damaged packs', unit: 'files' },
} as const;

await serveCall<RepairInput, RepairPlan>(async ({ access, planOnly }, { signal, progress }) => {
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
  const options = { signal, onProgress };
  return await withRepository(access, (repository) =>
    planOnly ? repository.planRepair(options) : repository.repair(options),
  );
});
