import type { Reading, SqlValue } from '../../../storage/store.ts';
import type { EventFilter } from '../event-filter.ts';
import { allKinds, kindsOf, type StoredKind } from '../event-kinds.ts';
import { allLogs, everybody } from './add-counts.ts';
import { hourMs } from './spans.ts';

/** What can be counted without looking at entries. */
export type CountedFilter = Pick<
  EventFilter,
  'logs' | 'from' | 'to' | 'actors' | 'action' | 'severity' | 'outcome'
>;

/** A filter in the numbers of search.db, and the hours of it that are counted as a whole. */
export interface CountedWindow {
  readonly logs: readonly number[];
  readonly kinds: ReadonlyMap<number, StoredKind>;
  /** `everybody` alone, or some. */
  readonly actors: readonly number[];
  /** Epoch milliseconds, to excluded. */
  readonly from: number;
  readonly to: number;
  /** Since 1970, the last excluded; none where these are not less. */
  readonly firstHour: number;
  readonly lastHour: number;
}

/** Undefined where there are no entries of these logs and times. */
export function countedWindow(search: Reading, filter: CountedFilter): CountedWindow | undefined {
  const edges = (order: 'ASC' | 'DESC') =>
    eachLog(filter.logs).flatMap(([where, values]) =>
      search
        .sql<{ time: number }>(`SELECT time FROM events WHERE ${where} ORDER BY time ${order} LIMIT 1`)
        .all(...values)
        .map(({ time }) => time),
    );
  const first = Math.min(...edges('ASC'));
  const last = Math.max(...edges('DESC'));
  if (first > last) return undefined;
  const { from = first, to = last + 1 } = filter;
  if (from >= to) return undefined;
  // an hour that only the ends of the log cut is a whole one
  const firstHour = from <= first ? Math.floor(from / hourMs) : Math.ceil(from / hourMs);
  const lastHour = to > last ? Math.ceil(to / hourMs) : Math.floor(to / hourMs);
  const kinds = new Map((kindsOf(search, filter) ?? allKinds(search)).map((kind) => [kind.kind, kind]));
  const { logs = [allLogs] } = filter;
  return { logs, kinds, actors: actorsOf(search, filter.actors), from, to, firstHour, lastHour };
}

function actorsOf(search: Reading, pseudonyms: CountedFilter['actors']): readonly number[] {
  if (pseudonyms === undefined) return [everybody];
  const find = search.sql<{ actor: number }>('SELECT actor FROM event_actors WHERE pseudonym IS ?');
  return pseudonyms.flatMap((pseudonym) => find.get(pseudonym)?.actor ?? []);
}

/** A condition and its values for each log, so that an index gives its entries in order. */
export function eachLog(logs: readonly number[] | undefined): [string, SqlValue[]][] {
  return logs === undefined || logs.includes(allLogs)
    ? [['1 = 1', []]]
    : logs.map((log) => ['log = ?', [log]]);
}
