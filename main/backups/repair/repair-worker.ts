import { serveCall } from '../../jobs/serve-call.ts';
import type { RepairPlan } from '../container/repair.ts';
import { showPhases } from '../container-phases.ts';
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
  const options = { signal, onProgress: showPhases(progress, phases) };
  return await withRepository(access, (repository) =>
    planOnly ? repository.planRepair(options) : repository.repair(options),
  );
});
