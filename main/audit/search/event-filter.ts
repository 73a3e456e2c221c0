import type { AuditRecord } from '../record.ts';
import { isAction, type KindFilter } from './event-kinds.ts';
import { hasTerm, type TextTerm } from './text/text-query.ts';
import { textsOf, wordsOf } from './text/words.ts';

export interface EventFilter extends KindFilter {
  /** Any of these logs. */
  readonly logs?: readonly number[] | undefined;
  /** Epoch milliseconds: from included, to excluded. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Any of these pseudonyms; null: the system. */
  readonly actors?: readonly (string | null)[] | undefined;
  readonly text?: readonly TextTerm[] | undefined;
  readonly resource?: { readonly kind?: string | undefined; readonly id?: string | undefined } | undefined;
  /** What intent and outcome of one operation share. */
  readonly correlation?: string | undefined;
}

/** Whether a filter asks for what only the words of entries tell. */
export function asksForWords({ text, resource, correlation }: EventFilter): boolean {
  return text !== undefined || resource !== undefined || correlation !== undefined;
}

/** Whether a filter lets an entry through, by the entry itself. `log`: the number of its log. */
export function letsThrough(filter: EventFilter, record: AuditRecord, log: number): boolean {
  const { logs, from = record.t, to, actors, action, severity, outcome, resource, correlation } = filter;
  const { p: actor } = record.who;
  return (
    (logs === undefined || logs.includes(log)) &&
    record.t >= from &&
    (to === undefined || record.t < to) &&
    (actors?.includes(actor ?? null) ?? true) &&
    (severity ?? record.sev) === record.sev &&
    (outcome ?? record.out) === record.out &&
    (action === undefined || isAction(action, record.act)) &&
    (resource?.kind === undefined || record.res?.k === resource.kind) &&
    (resource?.id === undefined || record.res?.id === resource.id) &&
    (correlation === undefined || (record.cor ?? record.id) === correlation) &&
    hasText(filter.text, record)
  );
}

function hasText(terms: readonly TextTerm[] = [], record: AuditRecord): boolean {
  if (terms.length === 0) return true;
  const texts = textsOf(record).map(wordsOf);
  return terms.every((term) => hasTerm(texts, term) !== term.without);
}
