import type { Reading } from '../../../storage/store.ts';
import { placeOf } from '../../log-store.ts';
import type { AuditRecord } from '../../record.ts';
import { type EventFilter, letsThrough } from '../event-filter.ts';
import { findByWords, type Pace, usualPace } from '../text/find-by-words.ts';
import type { Frequencies } from './frequencies.ts';
import { Tally } from './tally.ts';

/** Entries are looked at one by one, so no more than these are counted, and not for longer. */
const usual = { ...usualPace, most: 20_000, patienceMs: 400 };

export interface FrequenciesByWords extends Frequencies {
  readonly met: readonly Pick<AuditRecord, 't' | 'sev'>[];
  /** Epoch milliseconds: only what is at or after it was counted; null: everything. */
  readonly since: number | null;
}

/** Of a filter that asks for words: of the newest entries, as many as can be looked at in a moment. */
export async function readFrequenciesByWords(
  search: Reading,
  filter: EventFilter,
  recordAt: (position: number) => AuditRecord,
  { most, ...pace }: Pace & { readonly most: number } = usual,
): Promise<FrequenciesByWords> {
  const actions = new Tally<string>();
  const actors = new Tally<string | null>();
  const met: Pick<AuditRecord, 't' | 'sev'>[] = [];
  const isSought = (position: number) => {
    const record = recordAt(position);
    if (!letsThrough(filter, record, placeOf(position).log)) return false;
    actions.add(record.act, 1);
    actors.add(record.who.p ?? null, 1);
    met.push({ t: record.t, sev: record.sev });
    return true;
  };
  const query = { filter, order: 'newest', limit: most, after: undefined } as const;
  const { found, reached } = await findByWords(search, query, isSought, pace);
  const since = found.length === most ? (found.at(-1)?.time ?? null) : reached;
  return { actions, actors, met, since };
}
