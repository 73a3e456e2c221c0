import { setImmediate } from 'node:timers/promises';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { RetentionPlan } from '../../../shared/contract/audit/retention.ts';
import type { Reading } from '../../storage/store.ts';
import { type LogHead, positionOf } from '../log-store.ts';
import { fullTileWidth } from '../tiles.ts';
import type { HoldBack } from './hold-back.ts';
import { prunedOf } from './pruned-rows.ts';

interface Sources {
  readonly store: Reading;
  readonly search: Reading;
}

interface Bounds {
  readonly days: number;
  /** Epoch milliseconds: what is of this time or later stays. */
  readonly before: number;
  readonly held: boolean;
  readonly holdBacks: readonly HoldBack[];
}

/** So many entries are looked at before others get their turn. */
const atOnce = 2_000;

/** What of one log would be pruned now: whole tiles of entries that are all old enough. The index is up to date. */
export async function planRetention(
  sources: Sources,
  head: LogHead,
  { days, before, held, holdBacks }: Bounds,
): Promise<RetentionPlan> {
  const { log, origin, tenantId, size } = head;
  const minimum = prunedOf(sources.store, log)?.minimum ?? 0;
  const due = wholeTiles(await firstYoung(sources.search, head, minimum, before));
  const hold: HoldBack = { index: minimum, obstacle: 'hold', name: null };
  const lowest = [...(held ? [hold] : []), ...holdBacks].sort((one, other) => one.index - other.index)[0];
  const bound = lowest === undefined ? due : Math.max(minimum, wholeTiles(lowest.index));
  const to = Math.max(minimum, Math.min(due, bound));
  const { bytes, oldest, newest } = await sizeOf(sources, log, minimum, to);
  return {
    logId: origin,
    tenantId,
    days,
    minimum,
    size,
    to,
    entries: to - minimum,
    bytes,
    oldest: oldest === null ? null : toRfc3339(oldest),
    newest: newest === null ? null : toRfc3339(newest),
    heldBy: lowest !== undefined && bound < due ? { obstacle: lowest.obstacle, name: lowest.name } : null,
  };
}

const wholeTiles = (index: number) => Math.floor(index / fullTileWidth) * fullTileWidth;

/** The first index from `from` on whose entry is not old enough; entries that a clock put out of order end it as well. */
async function firstYoung(
  search: Reading,
  { log, size }: LogHead,
  from: number,
  before: number,
): Promise<number> {
  const young = search.sql<{ index: number | null }>(
    `SELECT min(position) - $base AS "index" FROM events
     WHERE position >= $base + $start AND position < $base + $end AND time >= $before`,
  );
  const base = positionOf(log, 0);
  for (let start = from; start < size; start += atOnce) {
    const found = young.get({ base, start, end: Math.min(size, start + atOnce), before })?.index;
    if (found != null) return found;
    await setImmediate();
  }
  return size;
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
