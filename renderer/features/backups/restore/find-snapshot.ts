import type { Snapshot } from '../../../../shared/contract/backups.ts';
import type { Page } from '../../../ui/data-list/use-pages.ts';

/** The newest snapshot not later than `at` (RFC 3339), however far back; `page` answers them newest first. */
export async function newestNotLaterThan(
  at: string,
  page: (cursor: string | undefined) => Promise<Page<Snapshot>>,
): Promise<Snapshot | undefined> {
  const latest = Date.parse(at);
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    const found = items.find(({ time }) => Date.parse(time) <= latest);
    if (found !== undefined) return found;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}

/** The id in what was typed or pasted, or at least its first 8 digits; undefined where it is none. */
export function snapshotIdIn(typed: string): string | undefined {
  const id = typed.trim().toLowerCase();
  return /^[0-9a-f]{8,64}$/.test(id) ? id : undefined;
}
