import { toRfc3339 } from '../../../../shared/clock.ts';
import type { AuditActorCount, AuditCounts } from '../../../../shared/contract/audit/counts.ts';
import type { AuditTimeline } from '../../../../shared/contract/audit/timeline.ts';
import type { Reading } from '../../../storage/store.ts';
import { type SubjectDirectory, theSystem } from '../../subject-directory.ts';
import { asksForWords, type EventFilter } from '../event-filter.ts';
import { findEvents } from '../event-streams.ts';
import { readTimeline } from '../timeline.ts';
import { noTimeline, TimelineBuckets } from '../timeline-buckets.ts';
import { stepFor } from '../timeline-steps.ts';
import { readEntry, readRecord } from '../trail.ts';
import { type Frequencies, readFrequencies } from './frequencies.ts';
import { type FrequenciesByWords, readFrequenciesByWords } from './frequencies-by-words.ts';

export interface CountsForm {
  /** So many actions and actors are named. */
  readonly top: number;
  /** At most so many. */
  readonly buckets: number;
  /** The timeline goes on after the filter's end. */
  readonly beyond: boolean;
}

interface CountsSource {
  readonly search: Reading;
  readonly log: Reading;
  readonly people: SubjectDirectory;
}

/** Actions and actors by how often they are there, and when. Throws VALIDATION (words), INTEGRITY. */
export async function readCounts(
  source: CountsSource,
  filter: EventFilter,
  { top, buckets, beyond }: CountsForm,
): Promise<AuditCounts> {
  const { search, log } = source;
  if (asksForWords(filter)) {
    const met = await readFrequenciesByWords(search, filter, (position) => readRecord(log, position));
    return await told(source, met, { top, since: met.since, timeline: timelineOf(met, filter, buckets) });
  }
  const found = await readFrequencies(search, filter);
  const bounds = beyond ? { ...filter, to: undefined } : filter;
  const timeline = await readTimeline(search, { ...bounds, buckets });
  return await told(source, found, { top, since: null, timeline });
}

interface Told {
  readonly top: number;
  readonly since: number | null;
  readonly timeline: AuditTimeline;
}

async function told(
  source: CountsSource,
  { actions, actors }: Frequencies,
  { top, since, timeline }: Told,
): Promise<AuditCounts> {
  const done = actions.told(top);
  const by = actors.told(top);
  const named: AuditActorCount[] = [];
  for (const [pseudonym, count] of by.top) named.push({ ...(await actorOf(source, pseudonym)), count });
  return {
    total: actions.total,
    since: since === null ? null : toRfc3339(since),
    actions: { top: done.top.map(([action, count]) => ({ action, count })), others: done.others },
    actors: { top: named, others: by.others },
    timeline,
  };
}

/** Who somebody is, by their newest entry. */
async function actorOf(
  { search, log, people }: CountsSource,
  pseudonym: string | null,
): Promise<Omit<AuditActorCount, 'count'>> {
  if (pseudonym === null) {
    const asked = people.pseudonymsOf(theSystem).includes(null) ? theSystem : null;
    return { kind: 'system', pseudonym, name: null, asked };
  }
  const query = { filter: { actors: [pseudonym] }, order: 'newest', limit: 1, after: undefined } as const;
  const [newest] = await findEvents(search, query);
  const entry = newest && readEntry(log, people.openingKeys(), newest.position);
  const { kind = 'user', name = null } = entry?.actor ?? {};
  const known = name !== null && people.pseudonymsOf(name).includes(pseudonym);
  return { kind, pseudonym, name, asked: known ? name : pseudonym };
}

/** Of what was looked at, from as far back as that was. */
function timelineOf({ met, since }: FrequenciesByWords, filter: EventFilter, buckets: number): AuditTimeline {
  const times = met.map(({ t }) => t);
  if (times.length === 0) return noTimeline;
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const bounds = { from: since ?? filter.from ?? first, to: filter.to ?? last + 1 };
  const timeline = new TimelineBuckets(stepFor(0, bounds, buckets), bounds);
  for (const { t, sev } of met) timeline.add(t, sev, 1);
  return timeline.told();
}
