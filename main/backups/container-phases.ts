import type { WorkerContext } from '../jobs/serve-call.ts';
import type { ContainerProgress } from './container/blob.ts';

/** What a phase of the container is called, and what of it is counted. */
export interface ShownPhase {
  readonly name: string;
  readonly unit: 'bytes' | 'entries' | 'files';
}

/** Tells the phases that are named of work in a repository, each from its own beginning; others are passed over. */
export function showPhases(
  progress: WorkerContext['progress'],
  phases: Partial<Record<ContainerProgress['phase'], ShownPhase>>,
): (progress: ContainerProgress) => void {
  let shown: ContainerProgress['phase'] | undefined;
  let before = 0;
  return ({ phase, done, total, bytes }) => {
    const named = phases[phase];
    if (named === undefined) return;
    const { name, unit } = named;
    if (phase !== shown) {
      shown = phase;
      before = 0;
      progress.phase(name, unit === 'bytes' ? null : total, unit);
    }
    const reached = unit === 'bytes' ? bytes : done;
    progress.advance(reached - before);
    before = reached;
  };
}
