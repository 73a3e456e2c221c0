import type { Outcome, Severity } from '../../../shared/severities.ts';

/** How many there are of somebody or something, at a point in time. */
export type PopulationName =
  | 'tenants'
  | 'operators'
  | 'owners'
  | 'administrators'
  | 'auditors'
  | 'principals'
  | 'api-keys'
  | 'snapshots'
  | 'drills'
  | 'breaches';

/** What was set, or is so by the program itself. */
export type PolicyName =
  | 'audit-level'
  | 'audit-retention'
  | 'backup-schedule'
  | 'backup-retention'
  | 'drill-rhythm'
  | 'copies-elsewhere'
  | 'roles'
  | 'step-up'
  | 'idle-lock'
  | 'sealing'
  | 'breach-notices';

/** Entries that are evidence where there are any. */
export interface EntryEvidence {
  readonly kind: 'entries';
  readonly text: string;
  /** Each exact, or a prefix that ends in `.*`; none: any. */
  readonly actions: readonly string[];
  readonly outcome?: Outcome;
  readonly severity?: Severity;
  /** In whose logs. */
  readonly of: 'owner' | 'installation' | 'both';
}

export type Evidence =
  | EntryEvidence
  | { readonly kind: 'population'; readonly text: string; readonly population: PopulationName }
  | { readonly kind: 'policy'; readonly text: string; readonly policy: PolicyName }
  /** The verification of the log itself. */
  | { readonly kind: 'log'; readonly text: string };

export interface Control {
  readonly id: string;
  readonly title: string;
  /** What it asks for, in words of our own. */
  readonly asks: string;
  /** Controls of NIST SP 800-53 (revision 5) that ask for the same. */
  readonly nist: readonly string[];
  readonly evidence: readonly Evidence[];
  /** What people have to add. */
  readonly collect: readonly string[];
  /** Does not apply where there was none of it at any time of the period. */
  readonly onlyWith?: PopulationName;
}
