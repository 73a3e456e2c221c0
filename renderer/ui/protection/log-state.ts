import type { Status } from '../../../shared/contract/suite.ts';

export type LogState = 'tampered' | 'unavailable' | 'incomplete' | 'not-verified' | 'intact';

/** How the newest verification of the whole log ended. */
export interface Verdict {
  readonly verdict: 'verified' | 'tampered' | 'incomplete';
  readonly time: string;
}

/** Whether the audit log can be relied on, as far as it is known. `verdict`: null where nobody has verified it. */
export function logStateOf(
  { managers, log }: Pick<Status, 'managers' | 'log'>,
  verdict: Verdict | null,
): LogState {
  if (log.contradicted || verdict?.verdict === 'tampered') return 'tampered';
  if (managers.audit.state === 'down') return 'unavailable';
  if (verdict === null) return 'not-verified';
  return verdict.verdict === 'verified' ? 'intact' : 'incomplete';
}
