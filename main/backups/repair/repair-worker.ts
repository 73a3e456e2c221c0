import { serveCall } from '../../jobs/serve-call.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import type { Problem } from '../container/check-stored.ts';
import { findSound, type HealSource } from '../container/fetch-sound.ts';
import type { RepairPlan } from '../container/repair.ts';
import { showPhases } from '../container-phases.ts';
import type { HealPlace } from '../healing/heal-worker.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { repositoryFiles } from '../targets/target.ts';

export interface RepairInput {
  readonly access: RepositoryAccess;
  /** Where copies of it lie. */
  readonly places: readonly HealPlace[];
  /** Only to look, and to change nothing. */
  readonly planOnly: boolean;
}

export interface RepairOutput extends Omit<RepairPlan, 'damage'> {
  readonly damage: readonly (Problem & {
    /** Name of the place that has it whole; null: none. */
    readonly copy: string | null;
  })[];
}

const phases = {
  'checking-content': { name: 'Reading every pack', unit: 'bytes' },
  repacking: { name: 'Saving sound blobs anew', unit: 'bytes' },
  removing: { name: 'Removing damaged packs', unit: 'files' },
} as const;

serveCall<RepairInput, RepairOutput>(async ({ access, places, planOnly }, { signal, progress }) => {
  const sources = places.map(({ name, location }) => ({ name, files: repositoryFiles(location) }));
  const options = { signal, onProgress: showPhases(progress, phases) };
  const plan = await withRepository(access, (repository) =>
    planOnly ? repository.planRepair(options) : repository.repair(options),
  );
  const damage: RepairOutput['damage'][number][] = [];
  for (const each of plan.damage) {
    throwIfCancelled(signal);
    damage.push({ ...each, copy: await copyOf(each.file, sources) });
  }
  return { ...plan, damage };
});

async function copyOf(file: string, sources: readonly HealSource[]): Promise<string | null> {
  const [, kind, name] = /^(data|index)\/([0-9a-f]{64})$/.exec(file) ?? [];
  if (name === undefined) return null;
  return (await findSound(sources, kind === 'data' ? 'data' : 'index', name))?.from ?? null;
}
