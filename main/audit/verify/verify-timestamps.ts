import { toRfc3339 } from '../../../shared/clock.ts';
import type { Reading } from '../../storage/store.ts';
import type { NoteVerifier } from '../note.ts';
import { openStamped } from '../timestamp/stamped-checkpoint.ts';
import { authorityFacts, stampFacts } from '../timestamp/timestamp-facts.ts';
import { readAuthority, type TimestampRow } from '../timestamp/timestamp-rows.ts';
import type { Problem, VouchedHead } from './verify-log.ts';
import type { Told } from './verify-witnesses.ts';

/** Checkpoints with time stamps, as heads that the logs of this installation have to lead to; and what of them does not fit. */
export function stampedHeads(
  reading: Reading,
  own: readonly NoteVerifier[],
): { readonly heads: Map<string, VouchedHead[]>; readonly problems: Problem[] } {
  const heads = new Map<string, VouchedHead[]>();
  const problems: Problem[] = [];
  for (const row of allRows(reading)) {
    const { origin, authority } = row;
    try {
      const { size, root, time } = openStamped(row, own);
      const by = `the time stamp of ${authority}, at ${toRfc3339(time)},`;
      heads.set(origin, [...(heads.get(origin) ?? []), { size, root, by }]);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push({ logId: origin, index: null, reason: `a time stamp does not fit: ${why}` });
    }
  }
  return { heads, problems };
}

/** Compares what is stored of time stamps with the leaves of the installation's logs that tell of them. */
export function timestampProblems(reading: Reading, logId: string, told: readonly Told[]): Problem[] {
  let authority: string | undefined;
  const stamped = new Set<string>();
  for (const { record } of [...told].sort((a, b) => a.epoch - b.epoch || a.index - b.index)) {
    const { act, res, x = {} } = record;
    if (act === 'log.timestamp.set') authority = lineOf('', x);
    if (act === 'log.timestamp.remove') authority = undefined;
    if (act === 'log.timestamp') {
      const { root: _root, ...facts } = x;
      stamped.add(lineOf(res?.id ?? '', facts));
    }
  }
  const row = readAuthority(reading);
  const rows = allRows(reading).map((each) => lineOf(each.origin, stampFacts(each)));
  const problems: Problem[] = [];
  if ((row && lineOf('', authorityFacts(row))) !== authority) {
    const reason = 'The time-stamp authority that is stored is not the one that the log names';
    problems.push({ logId, index: null, reason });
  }
  if (rows.length !== stamped.size || !rows.every((line) => stamped.has(line))) {
    const reason = 'The time stamps that are stored are not those that the log names';
    problems.push({ logId, index: null, reason });
  }
  return problems;
}

const allRows = (reading: Reading) =>
  reading.sql<TimestampRow>('SELECT * FROM timestamps ORDER BY origin, size').all();

/** Whatever the order of the members. */
const lineOf = (origin: string, facts: Readonly<Record<string, unknown>>) =>
  JSON.stringify([origin, ...Object.entries(facts).sort(([one], [other]) => (one < other ? -1 : 1))]);
