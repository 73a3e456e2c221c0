import { setImmediate } from 'node:timers/promises';
import type { RecordClass } from '../../../shared/audit-retention.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { RetentionPlan } from '../../../shared/contract/audit/retention.ts';
import type { Reading } from '../../storage/store.ts';
import { recordClassOf } from '../bundle/ocsf.ts';
import { type LogHead, positionOf } from '../log-store.ts';
import { allKinds } from '../search/event-kinds.ts';
import { fullTileWidth } from '../tiles.ts';
import type { HoldBack } from './hold-back.ts';
import type { Cutoffs, KeptDays } from './kept-days.ts';
import { prunedOf } from './pruned-rows.ts';

interface Sources {
  readonly store: Reading;
  readonly search: Reading;
}

interface Bounds {
  readonly days: KeptDays;
  readonly cutoffs: Cutoffs;
  readonly held: boolean;
  readonly holdBacks: readonly HoldBack[];
}

/** So many entries are looked at before others get their turn. */
const atOnce = 2_000;

/** What of one log would be pruned now: whole tiles of entries that are all old enough. The index is up to date. */
export async function planRetention(
  sources: Sources,
  head: LogHead,
  { days, cutoffs, held, holdBacks }: Bounds,
): Promise<RetentionPlan> {
  const { log, origin, tenantId, size } = head;
  const minimum = prunedOf(sources.store, log)?.minimum ?? 0;
  const young = await firstYoung(sources.search, head, minimum, cutoffs);
  const due = wholeTiles(young.index);
  const hold: HoldBack = { index: minimum, obstacle: 'hold', name: null };
  const lowest = [...(held ? [hold] : []), ...holdBacks].sort((one, other) => one.index - other.index)[0];
  const bound = lowest === undefined ? due : Math.max(minimum, wholeTiles(lowest.index));
  const to = Math.max(minimum, Math.min(due, bound));
  const { bytes, oldest, newest } = await sizeOf(sources, log, minimum, to);
  return {
    logId: origin,
    tenantId,
    days: days.every,
    minimum,
    size,
    to,
    entries: to - minimum,
    bytes,
    oldest: oldest === null ? null : toRfc3339(oldest),
    newest: newest === null ? null : toRfc3339(newest),
    heldBy:
      lowest !== undefined && bound < due ? { obstacle: lowest.obstacle, name: lowest.name } : young.keptBy,
  };
}

const wholeTiles = (index: number) => Math.floor(index / fullTileWidth) * fullTileWidth;

interface Young {
  readonly index: number;
  /** The class that keeps it for longer than others are; null: it is too young for any. */
  readonly keptBy: { readonly obstacle: 'class'; readonly name: RecordClass } | null;
}

/** The first index from `from` on whose entry is not old enough; entries that a clock put out of order end it as well. */
async function firstYoung(
  search: Reading,
  { log, size }: LogHead,
  from: number,
  cutoffs: Cutoffs,
): Promise<Young> {
  const groups = [...kindsByCutoff(search, cutoffs)].map(
    ([before, kinds]) => [before, JSON.stringify(kinds)] as const,
  );
  const next = search.sql<{ index: number; time: number; action: string }>(
    `SELECT position - $base AS "index", time, action FROM events JOIN event_kinds USING (kind)
     WHERE position >= $base + $start AND position < $base + $end AND time >= $before
       AND kind IN (SELECT value FROM json_each($kinds)) ORDER BY position LIMIT 1`,
  );
  const base = positionOf(log, 0);
  for (let start = from; start < size; start += atOnce) {
    const end = Math.min(size, start + atOnce);
    const [found] = groups
      .flatMap(([before, kinds]) => next.all({ base, start, end, before, kinds }))
      .sort((one, other) => one.index - other.index);
    if (found !== undefined) {
      const name = recordClassOf(found.action);
      const only = found.time < cutoffs.every && cutoffs[name] < cutoffs.every;
      return { index: found.index, keptBy: only ? { obstacle: 'class', name } : null };
    }
    await setImmediate();
  }
  return { index: size, keptBy: null };
}

/** The kinds of entries that go at the same age. */
function kindsByCutoff(search: Reading, cutoffs: Cutoffs): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const { kind, action } of allKinds(search)) {
    const before = cutoffs[recordClassOf(action)];
    groups.set(before, [...(groups.get(before) ?? []), kind]);
  }
  return groups;
}

async function sizeOf({ store, search }: Sources, log: number, from: number, to: number) {
  let bytes = 0;
  let [oldest, newest]: [number | null, number | null] = [null, null];
  for (let start = from; start < to; start += atOnce) {
    const span = [positionOf(log, start), positionOf(log, Math.min(to, start + atOnce))];
    bytes +=
      store
        .sql<{ bytes: number }>(
          'SELECT total(length(record)) AS bytes FROM entries WHERE position >= ? AND position < ?',
        )
        .get(...span)?.bytes ?? 0;
    const times = search
      .sql<{ oldest: number | null; newest: number | null }>(
        'SELECT min(time) AS oldest, max(time) AS newest FROM events WHERE position >= ? AND position < ?',
      )
      .get(...span);
    oldest = least(oldest, times?.oldest ?? null, Math.min);
    newest = least(newest, times?.newest ?? null, Math.max);
    await setImmediate();
  }
  return { bytes, oldest, newest };
}

function least(one: number | null, other: number | null, of: (...all: number[]) => number): number | null {
  if (one === null || other === null) return one ?? other;
  return of(one, other);
}
