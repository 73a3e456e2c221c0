import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { LogHead } from '../log-store.ts';
import type { Problem } from '../verify/verify-log.ts';
import type { EventIndex } from './event-index.ts';

/**
 * Compares search.db with the logs, of one tenant and the installation or of all, and makes again what differs.
 * What cannot be read of a log itself is left to `verifyLog`. Errors: the signal's reason.
 */
export async function mendIndex(
  index: EventIndex,
  heads: () => readonly LogHead[],
  tenantId: Uuid | undefined,
  signal: AbortSignal,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const head of heads()) {
    if (tenantId !== undefined && head.tenantId !== null && head.tenantId !== tenantId) continue;
    try {
      const now = () => heads().find(({ log }) => log === head.log)?.size ?? 0;
      const first = await index.mend(head, now, signal);
      const reason = 'search.db told otherwise of this and maybe more entries; it has been made again';
      if (first !== undefined) problems.push({ logId: head.origin, index: first, reason });
    } catch (error) {
      const ofTheLog =
        error instanceof HoldfastError && (error.code === 'INTEGRITY' || error.code === 'VALIDATION');
      if (!ofTheLog || error.data.where === 'search') throw error;
    }
  }
  return problems;
}
