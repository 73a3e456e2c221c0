import { setImmediate } from 'node:timers/promises';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { LogIntegrity } from '../../../shared/contract/audit/integrity-facts.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { positionOf } from '../log-store.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import { longestSilenceMs, Silence } from '../verify/silence.ts';

type LogGap = LogIntegrity['gaps'][number];

/** So many heartbeats are looked at: about a hundred days of a process that stays. */
const mostBeats = 10_000;
/** So many entries around times without heartbeats are read in all. */
const mostRead = 20_000;
const atOnce = 200;

/**
 * Times without a sign of life in the log of this number, found by the times of its heartbeats in the index and then read from
 * the log. `since`: how far back was looked, in epoch milliseconds; null: to the first heartbeat.
 */
export async function silentTimes(
  search: Reading,
  log: Reading,
  number: number,
): Promise<{ readonly gaps: LogGap[]; readonly since: number | null }> {
  const beats = search
    .sql<{ position: number; time: number }>(
      `SELECT position, time FROM events JOIN event_kinds USING (kind)
       WHERE action = 'log.heartbeat' AND log = ? ORDER BY time DESC LIMIT ?`,
    )
    .all(number, mostBeats);
  const oldest = beats.length < mostBeats ? undefined : beats.at(-1);
  const inOrder = beats.sort((one, other) => one.position - other.position);
  const gaps: LogGap[] = [];
  let left = mostRead;
  for (const [at, { position: from, time }] of inOrder.entries()) {
    const next = inOrder[at + 1];
    if (next === undefined || next.time - time <= longestSilenceMs) continue;
    const silence = new Silence();
    const events = new Map<number, Uuid>();
    for (let start = from; start <= next.position && left > 0; start += atOnce) {
      const end = Math.min(next.position + 1, start + atOnce);
      left -= end - start;
      for (const record of readable(log, start, end)) {
        events.set(record.i, record.id as Uuid);
        silence.read(record);
      }
      await setImmediate();
    }
    for (const gap of silence.gaps) {
      const entries = gap.entries.flatMap((index) => {
        const eventId = events.get(index);
        return eventId === undefined ? [] : [{ index, eventId }];
      });
      gaps.push({ kind: gap.kind, from: gap.from, to: gap.to, byMs: null, entries });
    }
  }
  return { gaps, since: oldest?.time ?? null };
}

/** What is damaged is left to verification. */
function readable(log: Reading, start: number, end: number): AuditRecord[] {
  return log
    .sql<{ record: Uint8Array }>(
      'SELECT record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
    )
    .all(start, end)
    .flatMap(({ record }) => {
      try {
        return [decodeRecord(record)];
      } catch (error) {
        if (error instanceof HoldfastError) return [];
        throw error;
      }
    });
}

/** Turns of the clock, and sleeps, by the entries that tell of them, oldest first. */
export function toldGaps(jumps: readonly AuditRecord[], sleeps: readonly AuditRecord[]): LogGap[] {
  const turned = jumps.map(
    ({ t, x, i, id }): LogGap => ({
      kind: 'clock-turned',
      from: toRfc3339(t),
      to: toRfc3339(t),
      byMs: Number(x?.byMs ?? 0),
      entries: [{ index: i, eventId: id as Uuid }],
    }),
  );
  const asleep = sleeps.flatMap((record, at): LogGap[] => {
    if (record.act !== 'log.resume') return [];
    const before = sleeps[at - 1];
    const began = before?.act === 'log.suspend' && before.boot === record.boot ? before : undefined;
    const from = began?.t ?? record.t - Number(record.x?.asleepMs ?? 0);
    const entries = [...(began === undefined ? [] : [began]), record].map(({ i, id }) => ({
      index: i,
      eventId: id as Uuid,
    }));
    return [{ kind: 'asleep', from: toRfc3339(from), to: toRfc3339(record.t), byMs: null, entries }];
  });
  return [...turned, ...asleep];
}

/** The time of the first entry of a log; null where it is pruned or cannot be read. */
export function beganAt(log: Reading, number: number): number | null {
  const first = positionOf(number, 0);
  return readable(log, first, first + 1)[0]?.t ?? null;
}
