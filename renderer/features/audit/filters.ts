import type { SavedFilter } from '../../../shared/contract/audit/saved-filters.ts';
import { uuidPattern } from '../../../shared/ids.ts';
import { type Outcome, outcomes, type Severity, severities } from '../../../shared/severities.ts';
import { useSearch } from '../../ui/use-search.ts';

export interface AuditFilter {
  readonly tenant: string | undefined;
  readonly text: string | undefined;
  readonly action: string | undefined;
  readonly actor: string | undefined;
  readonly severity: Severity | undefined;
  readonly outcome: Outcome | undefined;
  readonly resourceKind: string | undefined;
  readonly resourceId: string | undefined;
  readonly correlationId: string | undefined;
  /** RFC 3339; from included, to excluded. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly order: 'newest' | 'oldest';
}

type Search = Readonly<Record<string, string | undefined>>;

const time = (text: string | undefined) =>
  text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();

/** What the log is narrowed to, kept in the address. */
export function useAuditFilter() {
  const [get, set] = useSearch();
  const correlationId = get('operation');
  const filter: AuditFilter = {
    tenant: get('tenant'),
    text: get('text'),
    action: get('action'),
    actor: get('actor'),
    severity: severities.find((known) => known === get('severity')),
    outcome: outcomes.find((known) => known === get('outcome')),
    resourceKind: get('kind'),
    resourceId: get('resource'),
    correlationId: correlationId !== undefined && uuidPattern.test(correlationId) ? correlationId : undefined,
    from: time(get('from')),
    to: time(get('to')),
    order: get('order') === 'oldest' ? 'oldest' : 'newest',
  };
  return {
    filter,
    set,
    open: get('entry'),
    paused: get('live') === 'off',
    counting: get('counts') !== 'off',
  };
}

/** The address of a filter; what it does not have is taken out. */
export function searchOf(filter: SavedFilter['filter']): Search {
  return {
    tenant: filter.tenant,
    text: filter.text,
    action: filter.action,
    actor: filter.actor,
    severity: filter.severity,
    outcome: filter.outcome,
    kind: filter.resourceKind,
    resource: filter.resourceId,
    operation: filter.correlationId,
    from: filter.from,
    to: filter.to,
    order: filter.order === 'oldest' ? 'oldest' : undefined,
  };
}

/** Whether anything is left out. */
export function isNarrowed({ order: _, ...filter }: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}
