import type { RestorePlan } from '../../../shared/contract/backups.ts';
import { type LiveRow, liveRows } from '../../row-hash/tenant-rows.ts';
import type { Reading } from '../../storage/store.ts';

type Change = RestorePlan['changes'][number];

/**
 * What would change, per collection, if the live state became the restored one: rows that come back, rows that get
 * another content, rows that would be lost, and those that stay. Collections without a change are left out.
 */
export function compareStates(live: Reading, restored: Reading): Change[] {
  const changes = new Map<string, Omit<Change, 'collection'>>();
  const note = (row: LiveRow, what: 'added' | 'changed' | 'lost' | 'unchanged') => {
    const counts = changes.get(row.collection) ?? { added: 0, changed: 0, lost: 0, unchanged: 0 };
    counts[what] += 1;
    changes.set(row.collection, counts);
  };
  const now = liveRows(live);
  const then = liveRows(restored);
  let [here, there] = [now.next(), then.next()];
  while (!here.done || !there.done) {
    const order = here.done ? 1 : there.done ? -1 : compareKeys(here.value, there.value);
    if (order < 0 && !here.done) note(here.value, 'lost');
    else if (order > 0 && !there.done) note(there.value, 'added');
    else if (!here.done && !there.done) {
      const same = Buffer.compare(here.value.hash, there.value.hash) === 0;
      note(here.value, same ? 'unchanged' : 'changed');
    }
    if (order <= 0) here = now.next();
    if (order >= 0) there = then.next();
  }
  return [...changes]
    .filter(([, { added, changed, lost }]) => added + changed + lost > 0)
    .map(([collection, counts]) => ({ collection, ...counts }));
}

function compareKeys(left: LiveRow, right: LiveRow): number {
  if (left.collection !== right.collection) return left.collection < right.collection ? -1 : 1;
  if (left.id === right.id) return 0;
  return left.id < right.id ? -1 : 1;
}
