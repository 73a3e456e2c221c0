import { toRfc3339 } from '../../../shared/clock.ts';
import type { ForwardDestination } from '../../../shared/contract/audit/forwarding.ts';
import type { Reading } from '../../storage/store.ts';
import type { LogHead } from '../log-store.ts';
import type { Delivery } from './delivery.ts';
import { countLetters, type DestinationRow, readCursors } from './destination-rows.ts';
import { requirePlace } from './destination-secrets.ts';
import { readEntry } from './outgoing.ts';

export interface Viewed {
  readonly row: DestinationRow;
  /** undefined while nothing runs for it. */
  readonly delivery: Delivery | undefined;
  /** Of every log that goes there. */
  readonly heads: readonly LogHead[];
  readonly control: Reading;
  /** audit.db; asked only where there are heads. */
  log(): Reading;
}

/** A destination with how far it got. Errors: INTEGRITY, VALIDATION (its address in control.db is none). */
export function destinationView(viewed: Viewed): ForwardDestination {
  const { row, delivery, control } = viewed;
  const lag = lagOf(viewed);
  const { entries, time } = delivery?.progress.sent ?? { entries: 0, time: null };
  const problem = delivery?.problem;
  return {
    id: row.id,
    name: row.name,
    kind: requirePlace(row.address).kind,
    address: row.address,
    format: row.format,
    what: row.what,
    minimumSeverity: row.minimumSeverity,
    tenantId: row.tenantId,
    tls: { ca: row.ca !== null, fingerprints: [...row.fingerprints] },
    maximumBytes: row.maximumBytes,
    secrets: [...row.secrets],
    state: stateOf(viewed, lag.entries),
    problem:
      problem === undefined
        ? null
        : {
            reason: problem.reason,
            detail: problem.detail,
            since: toRfc3339(problem.since),
            nextTry: toRfc3339(problem.nextTry),
          },
    lag,
    sent: { entries: row.sent + entries, time: textOf(time ?? row.sentAt) },
    deadLetters: countLetters(control, row.id),
    addedAt: toRfc3339(row.addedAt),
  };
}

function stateOf({ row, delivery }: Viewed, behind: number): ForwardDestination['state'] {
  if (!row.enabled) return 'paused';
  if (delivery === undefined) return 'waiting';
  if (delivery.problem !== undefined) return 'failing';
  return behind === 0 ? 'current' : 'behind';
}

function lagOf({ row, delivery, heads, control, log }: Viewed): ForwardDestination['lag'] {
  const cursors = delivery?.progress.cursors ?? readCursors(control, row.id);
  let entries = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for (const head of heads) {
    const next = cursors.get(head.origin)?.next ?? 0;
    if (next >= head.size) continue;
    entries += head.size - next;
    oldest = Math.min(oldest, readEntry(log(), head.log, next).record.t);
  }
  return { entries, since: entries === 0 ? null : toRfc3339(oldest) };
}

const textOf = (time: number | null) => (time === null ? null : toRfc3339(time));
