import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { LogHead } from '../log-store.ts';
import type { Problem } from '../verify/verify-log.ts';
import type { EventIndex } from './event-index.ts';
import type { IndexedPart } from './index-comparison.ts';

interface IndexedLogs {
  readonly index: EventIndex;
  readonly heads: () => readonly LogHead[];
  /** Only this tenant's log and the installation's. */
  readonly tenantId: Uuid | undefined;
  readonly signal: AbortSignal;
}

/** Brings search.db up to the logs. Answers what it is to have of each, by its number. */
export async function indexedParts(logs: IndexedLogs): Promise<Map<number, IndexedPart>> {
  const parts = new Map<number, IndexedPart>();
  for (const head of chosen(logs)) {
    const part = await unlessDamaged(() => logs.index.prepare(head));
    if (part !== undefined) parts.set(head.log, part);
  }
  return parts;
}

/** Numbers of the logs whose words are in search.db, as far as that is looked up. Errors: the signal's reason. */
export async function withWords(
  logs: IndexedLogs,
  parts: ReadonlyMap<number, IndexedPart>,
): Promise<Set<number>> {
  const found = new Set<number>();
  for (const [log, { size }] of parts) {
    const lacks = await unlessDamaged(() => logs.index.lacksWords({ log, size }, logs.signal));
    if (lacks === false) found.add(log);
  }
  return found;
}

/**
 * Compares search.db with the logs, of one tenant and the installation or of all, and makes again what differs. `same`: numbers
 * of logs that were compared already. What cannot be read of a log itself is left to `verifyLog`. Errors: the signal's reason.
 */
export async function mendIndex(logs: IndexedLogs, same: ReadonlySet<number>): Promise<Problem[]> {
  const { index, heads, signal } = logs;
  const problems: Problem[] = [];
  for (const head of chosen(logs)) {
    const now = () => heads().find(({ log }) => log === head.log)?.size ?? 0;
    const first = await unlessDamaged(() =>
      same.has(head.log) ? index.removeBeyond(head.log, now) : index.mend(head, now, signal),
    );
    const reason = 'search.db told otherwise of this and maybe more entries; it has been made again';
    if (first !== undefined) problems.push({ logId: head.origin, index: first, reason });
  }
  return problems;
}

const chosen = ({ heads, tenantId }: IndexedLogs) =>
  heads().filter((head) => tenantId === undefined || head.tenantId === null || head.tenantId === tenantId);

async function unlessDamaged<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    const ofTheLog =
      error instanceof HoldfastError && (error.code === 'INTEGRITY' || error.code === 'VALIDATION');
    if (!ofTheLog || error.data.where === 'search') throw error;
    return undefined;
  }
}
