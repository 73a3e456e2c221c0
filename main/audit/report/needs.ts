import type { PolicyFound } from '../../../shared/contract/audit/reports.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Tier } from '../../../shared/tiers.ts';
import type { SpanCounts } from '../../storage/count-spans.ts';
import type { PolicyName, PopulationName } from './control.ts';
import type { ReportPeriod } from './tally.ts';

interface NamedPopulation {
  readonly name: PopulationName;
  readonly text: string;
  readonly source: string;
}

/** How many there were, by a table that keeps what has ended. */
type KeptPopulation = NamedPopulation & SpanCounts;

/** What is deleted leaves no row: how many there were is wound back from now by these actions of the log. */
interface WoundBackPopulation extends NamedPopulation {
  readonly now: number;
  readonly made: string;
  readonly gone: string;
}

export type TablePopulation = KeptPopulation | WoundBackPopulation;

export interface ReportPolicy extends PolicyFound {
  readonly name: PolicyName;
}

/** What reports need of the other managers. `owner` null: the installation with all its tenants. */
export interface ReportSource {
  /** Errors: NOT_FOUND (tenant). */
  tenant(id: Uuid): { readonly name: string; readonly tier: Tier };
  populations(owner: Uuid | null, period: ReportPeriod): readonly TablePopulation[];
  policies(owner: Uuid | null): readonly ReportPolicy[];
  /** The real path of a file that an operator named, outside the installation. Errors: VALIDATION, NOT_FOUND, IO. */
  existingFile(path: string): Promise<string>;
}
