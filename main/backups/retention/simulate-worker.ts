import type { RetentionSimulation } from '../../../shared/contract/backups/retention.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { type AheadInput, lookAhead } from './ahead.ts';
import { findUsage, type Usage } from './usage.ts';

export interface SimulateInput {
  readonly access: RepositoryAccess;
  /** Ids of snapshots that go; all others of the repository stay. */
  readonly going: readonly string[];
  /** null: backups are made by hand, and nobody knows when. */
  readonly ahead: AheadInput | null;
}

export interface Simulated {
  readonly usage: Usage;
  readonly ahead: RetentionSimulation['ahead'];
}

serveCall<SimulateInput, Simulated>(async ({ access, going, ahead }, context) => ({
  usage: await withRepository(access, (repository) => findUsage(repository, going, context)),
  ahead: ahead === null ? [] : lookAhead(ahead),
}));
