import type { Status } from '../../../shared/contract/suite.ts';

export type LogState = 'tampered' | 'unavailable' | 'incomplete' | 'not-verified' | 'intact';

/** How the newest verification of the whole log ended. */
export interface Verdict {
  readonly verdict: 'verified' | 'tampered' | 'incomplete';
  readonly time: string;
}

/** The beginning of the problem by which the core tells of a log that its anchor contradicts; the contract has no code for it. */
const contradicted = 'TAMPERED';

/** Whether the audit log can be relied on, as far as it is known. `verdict`: null where nobody has verified it. */
export function logStateOf({ managers }: Pick<Status, 'managers'>, verdict: Verdict | null): LogState {
  const { state, problem } = managers.audit;
  if (problem?.startsWith(contradicted) || verdict?.verdict === 'tampered') return 'tampered';
  if (state === 'down') return 'unavailable';
  if (verdict === null) return 'not-verified';
  return verdict.verdict === 'verified' ? 'intact' : 'incomplete';
}
