import { serveCall } from '../../jobs/serve-call.ts';
import type { HealSource } from '../container/fetch-sound.ts';
import { healOpening } from '../container/heal-opening.ts';
import type { HealReport } from '../container/heal-stored.ts';
import { showPhases } from '../container-phases.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import type { RepositoryLocation } from '../targets/location.ts';
import { repositoryFiles } from '../targets/target.ts';

/** Another place that holds the same repository. */
export interface HealPlace {
  readonly name: string;
  readonly location: RepositoryLocation;
}

export interface HealInput {
  readonly access: RepositoryAccess;
  readonly places: readonly HealPlace[];
  /** Where no other place may hold the config, now or when it is back. */
  readonly mayRemakeConfig: boolean;
  readonly snapshots: readonly string[];
  /** Packs whose bytes are proved; null: all. */
  readonly suspects: readonly string[] | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

const phases = { 'checking-content': { name: 'Looking for damage', unit: 'bytes' } } as const;

serveCall<HealInput, HealReport>(async (input, { signal, progress }) => {
  const { access, places, mayRemakeConfig, snapshots, suspects, now } = input;
  const sources: HealSource[] = places.map(({ name, location }) => ({
    name,
    files: repositoryFiles(location),
  }));
  const opening = await healOpening({
    files: repositoryFiles(access.location),
    credentials: [{ password: access.password }, { derived: access.recovery }],
    sources,
    mayRemakeConfig,
    now,
  });
  const wanted = { sources, snapshots, suspects: suspects === null ? null : new Set(suspects) };
  const { healed, left } = await withRepository(access, (repository) =>
    repository.heal(wanted, { signal, onProgress: showPhases(progress, phases) }),
  );
  return { healed: [...opening, ...healed], left };
});
