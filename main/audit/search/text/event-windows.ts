import type { Reading } from '../../../storage/store.ts';
import { allLogs, everybody } from '../counts/add-counts.ts';
import { hourMs } from '../counts/spans.ts';

/** Epoch milliseconds: from included, to excluded. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** So many hours are read at once. */
const hoursAtOnce = 500;

interface CountedHour {
  readonly hour: number;
  readonly count: number;
}

/** The span from one end to the other in windows of about `most` events each, as the counts of hours tell. */
export function* windowsOf(
  search: Reading,
  { from, to }: Window,
  { order, most }: { readonly order: 'newest' | 'oldest'; readonly most: number },
): Generator<Window, void> {
  const newest = order === 'newest';
  const hours = search.sql<CountedHour>(
    `SELECT at AS hour, sum(count) AS count FROM event_counts
     WHERE span = 1 AND log = ${allLogs} AND actor = ${everybody} AND at >= ? AND at <= ?
     GROUP BY at ORDER BY at ${newest ? 'DESC' : 'ASC'} LIMIT ${hoursAtOnce}`,
  );
  let [first, last] = [Math.floor(from / hourMs), Math.floor((to - 1) / hourMs)];
  let [begun, gathered] = [newest ? to : from, 0];
  for (;;) {
    const counted = hours.all(first, last);
    for (const { hour, count } of counted) {
      const [start, end] = [Math.max(from, hour * hourMs), Math.min(to, (hour + 1) * hourMs)];
      const near = newest ? end : start;
      if (gathered + count > most && near !== begun) {
        yield newest ? { from: near, to: begun } : { from: begun, to: near };
        [begun, gathered] = [near, 0];
      }
      gathered += count;
      if (count <= most) continue;
      yield* sliced({ from: start, to: end }, { newest, parts: Math.ceil(count / most) });
      [begun, gathered] = [newest ? start : end, 0];
    }
    const edge = counted.at(-1);
    if (edge === undefined || counted.length < hoursAtOnce) break;
    if (newest) last = edge.hour - 1;
    else first = edge.hour + 1;
  }
  // counts may be wrong, but nothing is left out for that
  const rest = newest ? { from, to: begun } : { from: begun, to };
  if (rest.from < rest.to) yield rest;
}

function* sliced(
  { from, to }: Window,
  { newest, parts }: { newest: boolean; parts: number },
): Generator<Window, void> {
  const step = Math.ceil((to - from) / parts);
  const starts: number[] = [];
  for (let start = from; start < to; start += step) starts.push(start);
  for (const start of newest ? starts.reverse() : starts)
    yield { from: start, to: Math.min(to, start + step) };
}
