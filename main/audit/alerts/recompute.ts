import { toRfc3339 } from '../../../shared/clock.ts';
import type { ExplainedAlert } from '../../../shared/contract/audit/alerts.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Reading } from '../../storage/store.ts';
import { encodeBase64 } from '../base64.ts';
import { positionOf } from '../log-store.ts';
import { leafHash } from '../merkle.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import { prunedOf } from '../retention/pruned-rows.ts';
import { type AlertRow, entriesOf } from './alert-store.ts';
import { parseAnomaly } from './anomalies/contribution.ts';
import { recomputeAnomaly } from './anomalies/recompute-anomaly.ts';
import { matches, subjectOf } from './match.ts';
import { digestOf, hashOf } from './raise.ts';
import { alertRule } from './rules.ts';

type Recomputed = Omit<ExplainedAlert, 'alert'>;
type Problem = Recomputed['problems'][number];

/**
 * Reads the entries of an alert again: whether they are as they were when it was raised, whether the log tells the same
 * of the alert, and how many of them meet its rule. Of an intent, whether its outcome is in any log by now. What statistics found is reckoned again from all that they looked at. `number`: the log's, undefined where it is gone.
 */
export async function recompute(
  row: AlertRow,
  number: number | undefined,
  log: Reading,
  hasOutcome: (operation: string) => Promise<boolean>,
): Promise<Recomputed> {
  const restsOn = entriesOf(row);
  const problems: Problem[] = [];
  const unchanged: AuditRecord[] = [];
  const entries: Recomputed['entries'] = [];
  const dropped = number === undefined ? 0 : (prunedOf(log, number)?.dropped ?? 0);
  for (const [index, eventId, wanted] of restsOn) {
    const position = number === undefined ? undefined : positionOf(number, index);
    const bytes = position === undefined ? undefined : readBytes(log, position);
    const isAsItWas = bytes !== undefined && encodeBase64(leafHash(bytes)) === wanted;
    if (bytes === undefined) problems.push({ index, reason: index < dropped ? 'archived' : 'missing' });
    else if (!isAsItWas) problems.push({ index, reason: 'changed' });
    const record = bytes && readable(bytes);
    if (record === undefined) continue;
    entries.push({ index, eventId, time: toRfc3339(record.t), action: record.act, outcome: record.out });
    if (isAsItWas) unchanged.push(record);
  }
  const told = readTold(log, row);
  if (told === undefined) problems.push({ index: null, reason: 'not-logged' });
  else if (
    told.x?.rule !== row.rule ||
    told.x.digest !== digestOf(restsOn) ||
    told.x.log !== row.origin ||
    told.x.anomaly !== (row.anomaly === null ? undefined : hashOf(row.anomaly))
  )
    problems.push({ index: null, reason: 'alert-changed' });
  if (row.anomaly !== null) {
    const again = await reckonAgain(row.anomaly, row.subject, number, log);
    problems.push(...again.problems.map((reason) => ({ index: null, reason })));
    const holds = problems.length === 0;
    return {
      holds,
      counted: unchanged.length,
      needed: restsOn.length,
      score: again.score,
      problems,
      entries,
    };
  }
  const needed = row.threshold ?? 1;
  const counted = countThatMeet(row, unchanged);
  const archived = problems.some(({ reason }) => reason === 'archived');
  if (row.rule === 'intent-without-outcome' && (await hasOutcome(row.subject)))
    problems.push({ index: null, reason: 'outcome-logged' });
  if (counted < needed && !archived) problems.push({ index: null, reason: 'below-threshold' });
  return { holds: problems.length === 0, counted, needed, score: null, problems, entries };
}

/** What is not as it was any more cannot be reckoned with. */
async function reckonAgain(
  json: string,
  subject: string,
  number: number | undefined,
  log: Reading,
): ReturnType<typeof recomputeAnomaly> {
  if (number === undefined) return { score: 0, problems: ['baseline-missing'] };
  try {
    return await recomputeAnomaly(parseAnomaly(json), subject, number, log);
  } catch (error) {
    if (error instanceof HoldfastError) return { score: 0, problems: ['baseline-missing'] };
    throw error;
  }
}

function countThatMeet(row: AlertRow, records: readonly AuditRecord[]): number {
  const rule = alertRule(row.rule);
  const windowMs = row.windowMs ?? Number.POSITIVE_INFINITY;
  const { watches } = rule;
  if (rule.id === 'intent-without-outcome')
    return records.filter(({ ph, cor }) => ph === 'intent' && cor === row.subject).length;
  if (watches === undefined) return isSilence(records, windowMs) ? records.length : 0;
  return records.filter(
    (record) =>
      matches(watches, record) && subjectOf(rule, record) === row.subject && record.t > row.time - windowMs,
  ).length;
}

function isSilence([before, after]: readonly AuditRecord[], longestMs: number): boolean {
  return before !== undefined && after?.boot === before.boot && (after.mono - before.mono) / 1000 > longestMs;
}

function readTold(log: Reading, { eventId }: AlertRow): AuditRecord | undefined {
  const row = log.sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE event_id = ?').get(eventId);
  return row && readable(row.record);
}

function readBytes(log: Reading, position: number): Uint8Array | undefined {
  return log.sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE position = ?').get(position)
    ?.record;
}

/** Bytes that were changed may be no record any more. */
function readable(bytes: Uint8Array): AuditRecord | undefined {
  try {
    return decodeRecord(bytes);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
