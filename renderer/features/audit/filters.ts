import { type Outcome, outcomes, type Severity, severities } from '../../../shared/severities.ts';
import { useSearch } from '../../ui/use-search.ts';

export interface AuditFilter {
  readonly tenant: string | undefined;
  readonly action: string | undefined;
  readonly actor: string | undefined;
  readonly severity: Severity | undefined;
  readonly outcome: Outcome | undefined;
  /** RFC 3339; from included, to excluded. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly order: 'newest' | 'oldest';
}

const time = (text: string | undefined) =>
  text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();

/** What the log is narrowed to, kept in the address. */
export function useAuditFilter() {
  const [get, set] = useSearch();
  const filter: AuditFilter = {
    tenant: get('tenant'),
    action: get('action'),
    actor: get('actor'),
    severity: severities.find((known) => known === get('severity')),
    outcome: outcomes.find((known) => known === get('outcome')),
    from: time(get('from')),
    to: time(get('to')),
    order: get('order') === 'oldest' ? 'oldest' : 'newest',
  };
  return { filter, set, open: get('entry') };
}

/** Whether anything is left out. */
export function isNarrowed({ order: _, ...filter }: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}
