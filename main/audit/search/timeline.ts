import type { AuditTimeline } from '../../../shared/contract/audit.ts';
import type { Reading } from '../../storage/store.ts';
import { everybody } from './counts/add-counts.ts';
import { type CountedFilter, type CountedWindow, countedWindow } from './counts/counted-window.ts';
import { singleEvents } from './counts/single-events.ts';
import { hourMs, partsOf, spans, stretchesOf } from './counts/spans.ts';
import { noTimeline, TimelineBuckets } from './timeline-buckets.ts';
import { stepFor } from './timeline-steps.ts';
import { Turns } from './turns.ts';

export interface TimelineRequest extends CountedFilter {
  /** At most so many. */
  readonly buckets: number;
}

/** A short span is counted entry by entry as long as there are no more than these in it. */
const mostCountedSingly = 20_000;

/**
 * How many entries there are over time: from the counts of whole hours, and entry by entry at the edges and in short
 * spans, a few at a time so that nothing else has to wait.
 */
export async function readTimeline(search: Reading, request: TimelineRequest): Promise<AuditTimeline> {
  const window = countedWindow(search, request);
  if (window === undefined) return noTimeline;
  const { from, to, firstHour, lastHour, kinds } = window;
  const fine = stepFor(0, window, request.buckets);
  const short = fine < hourMs && roughly(search, window) <= mostCountedSingly;
  const step = short ? fine : stepFor(hourMs, window, request.buckets);
  const timeline = new TimelineBuckets(step, window);
  const turns = new Turns();
  const singly = async (start: number, end: number) => {
    for await (const { time, kind } of singleEvents(search, window, [start, end], turns)) {
      const severity = kinds.get(kind)?.severity;
      if (severity !== undefined) timeline.add(time, severity, 1);
    }
  };
  if (short || firstHour >= lastHour) {
    await singly(from, to);
  } else {
    await singly(from, firstHour * hourMs);
    await countSpans(search, window, { step, timeline, turns });
    await singly(lastHour * hourMs, to);
  }
  return timeline.told();
}

interface Filling {
  readonly step: number;
  readonly timeline: TimelineBuckets;
  readonly turns: Turns;
}

/** By the longest spans that are no longer than a bucket and never in two of them. */
async function countSpans(
  search: Reading,
  { logs, actors, kinds, firstHour, lastHour }: CountedWindow,
  { step, timeline, turns }: Filling,
): Promise<void> {
  const usable = spans.filter((span) => step % (span * hourMs) === 0);
  const stretches = stretchesOf(firstHour, lastHour, usable);
  const counts = search.sql<{ at: number; kind: number; count: number }>(
    `SELECT at, kind, count FROM event_counts
     WHERE span = ? AND log = ? AND actor = ? AND at >= ? AND at < ?`,
  );
  for (const log of logs) {
    for (const actor of actors) {
      for (const { span, from, to } of partsOf(stretches)) {
        for (const { at, kind, count } of counts.all(span, log, actor, from, to)) {
          const severity = kinds.get(kind)?.severity;
          if (severity !== undefined) timeline.add(at * span * hourMs, severity, count);
        }
        await turns.next();
      }
    }
  }
}

/** At least as many as would be read one by one. */
function roughly(search: Reading, { logs, from, to }: CountedWindow): number {
  const row = search
    .sql<{ count: number | null }>(
      `SELECT sum(count) AS count FROM event_counts
       WHERE span = 1 AND log IN (SELECT value FROM json_each(?)) AND actor = ${everybody} AND at >= ? AND at <= ?`,
    )
    .get(JSON.stringify(logs), Math.floor(from / hourMs), Math.floor(to / hourMs));
  return row?.count ?? 0;
}
