import type { RetentionObstacle } from '../../../shared/audit-retention.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { isToBegin } from '../alerts/alert-store.ts';
import { readCursors, readDestinations, readLetters } from '../forward/destination-rows.ts';
import { readsLogOf } from '../forward/wanted.ts';
import type { LogHead } from '../log-store.ts';

/** Entries from `index` on must stay. */
export interface HoldBack {
  readonly index: number;
  readonly obstacle: RetentionObstacle;
  /** Of a destination. */
  readonly name: string | null;
}

interface Outside {
  /** How many of its entries an anchor vouches for; undefined where none does. */
  readonly anchored: number | undefined;
  /** The next index that the rules of alerts will read; undefined where they read on first. */
  readonly alertsNext: number | undefined;
}

/** What else still needs entries of a log, and from which index on. */
export function holdBacks(
  control: Reading,
  head: Pick<LogHead, 'origin' | 'tenantId' | 'size' | 'committedSize'>,
  { anchored, alertsNext }: Outside,
): HoldBack[] {
  const { origin, size, tenantId } = head;
  // of a tenant's log those that are vouched for, and of any the newest
  const newest = tenantId === null ? size : head.committedSize;
  return [
    { index: newest - 1, obstacle: 'newest', name: null },
    ...(anchored === undefined ? [] : [{ index: anchored, obstacle: 'anchor' as const, name: null }]),
    // they look at the entry before the next one as well
    ...(alertsNext === undefined || isToBegin(control)
      ? []
      : [{ index: alertsNext - 1, obstacle: 'alerts' as const, name: null }]),
    ...destinationsOf(control, origin, tenantId),
  ];
}

function destinationsOf(control: Reading, origin: string, owner: Uuid | null): HoldBack[] {
  return readDestinations(control)
    .filter((destination) => readsLogOf(destination, owner))
    .map(({ id, name }) => {
      const next = readCursors(control, id).get(origin)?.next ?? 0;
      const aside = readLetters(control, id).filter((letter) => letter.origin === origin);
      const index = Math.min(next - 1, ...aside.map(({ entry }) => entry));
      return { index, obstacle: 'forwarding', name };
    });
}
