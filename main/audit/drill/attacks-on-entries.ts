import { positionOf } from '../log-store.ts';
import type { AuditRecord } from '../record.ts';
import { type Attack, type Hit, markOf, type Target, within } from './attack.ts';
import { addEntry, entryAt, putEntry, rebuildTree, withoutOpenings } from './forgery.ts';

const dayMs = 86_400_000;

/** Entries of the installation's log: what they say, that they are there, and in which order. */
export const attacksOnEntries: readonly Attack[] = [
  {
    name: 'entry-edited',
    // the stored row only, as with an SQLite tool
    strike: (target) => rewritten(target, (record) => ({ ...record, out: otherOutcome(record) })),
  },
  {
    name: 'entry-backdated',
    strike(target) {
      const hit = rewritten(target, (record) => ({ ...record, t: Math.max(0, record.t - dayMs) }));
      rebuildTree(target.copy, target.installation, markOf(target, target.installation).edge);
      return hit;
    },
  },
  {
    name: 'entry-deleted',
    strike(target) {
      const { copy, installation } = target;
      const { count } = within(target);
      if (count < 2) return 'few-entries';
      const index = installation.size - 2;
      removeEntry(target, index);
      copy
        .sql('UPDATE entries SET position = position - 1 WHERE position = ?')
        .run(positionOf(installation.log, index + 1));
      copy
        .sql('UPDATE openings SET position = position - 1 WHERE position = ?')
        .run(positionOf(installation.log, index + 1));
      return at(target, index);
    },
  },
  {
    name: 'entry-inserted',
    strike(target) {
      const { copy, installation } = target;
      const index = middle(target);
      const model = entryAt(copy, installation, index);
      // there is no room: what follows moves on, and its openings with it
      for (const table of ['entries', 'openings']) {
        const shift = copy.sql(`UPDATE ${table} SET position = position + 1 WHERE position = ?`);
        for (let next = installation.size - 1; next >= index; next -= 1)
          shift.run(positionOf(installation.log, next));
      }
      addEntry(copy, installation, index, withoutOpenings({ ...model, id: crypto.randomUUID() }));
      return at(target, index);
    },
  },
  {
    name: 'entries-swapped',
    strike(target) {
      const { copy, installation } = target;
      const { count } = within(target);
      if (count < 2) return 'few-entries';
      const index = installation.size - 2;
      const aside = positionOf(installation.log, installation.size);
      for (const table of ['entries', 'openings']) {
        const move = copy.sql(`UPDATE ${table} SET position = ? WHERE position = ?`);
        move.run(aside, positionOf(installation.log, index));
        move.run(positionOf(installation.log, index), positionOf(installation.log, index + 1));
        move.run(positionOf(installation.log, index + 1), aside);
      }
      return at(target, index);
    },
  },
  {
    name: 'entry-renamed',
    strike(target) {
      const index = middle(target);
      target.copy
        .sql('UPDATE entries SET event_id = ? WHERE position = ?')
        .run(crypto.randomUUID(), positionOf(target.installation.log, index));
      return at(target, index);
    },
  },
  {
    name: 'opening-removed',
    strike(target) {
      const [found] = openable(target);
      if (found === undefined) return 'no-openings';
      target.copy
        .sql('DELETE FROM openings WHERE position = ? AND field = ?')
        .run(positionOf(target.installation.log, found.index), found.field);
      return at(target, found.index);
    },
  },
  {
    name: 'key-deleted',
    // keys.db is no part of the copy: what is left of the person goes here, the key when it is verified
    strike(target) {
      const { copy, installation } = target;
      for (const { index, field } of openable(target)) {
        const subject = entryAt(copy, installation, index).pd?.find(({ f }) => f === field)?.s;
        if (subject === undefined) continue;
        const position = positionOf(installation.log, index);
        copy.sql('DELETE FROM openings WHERE position = ? AND field = ?').run(position, field);
        return { ...at(target, index), without: subject };
      }
      return 'no-openings';
    },
  },
  {
    name: 'openings-swapped',
    strike(target) {
      const { copy, installation } = target;
      const all = openable(target);
      const first = all[0];
      const second = all.find(({ index, field }) => index !== first?.index && field === first?.field);
      if (first === undefined || second === undefined) return 'no-openings';
      const put = copy.sql('UPDATE openings SET sealed = ? WHERE position = ? AND field = ?');
      put.run(second.sealed, positionOf(installation.log, first.index), first.field);
      put.run(first.sealed, positionOf(installation.log, second.index), second.field);
      return at(target, Math.min(first.index, second.index));
    },
  },
  {
    name: 'tail-cut',
    strike(target) {
      const index = target.installation.size - 1;
      removeEntry(target, index);
      rebuildTree(target.copy, target.installation, markOf(target, target.installation).edge);
      return at(target, index);
    },
  },
];

const at = ({ installation }: Target, index: number): Hit => ({ logId: installation.origin, index });

/** An entry in the middle of those that may be attacked. */
function middle(target: Target): number {
  const { first, count } = within(target);
  return first + Math.floor((count - 1) / 2);
}

function rewritten(target: Target, change: (record: AuditRecord) => AuditRecord): Hit {
  const { copy, installation } = target;
  const index = middle(target);
  putEntry(copy, installation, index, change(entryAt(copy, installation, index)));
  return at(target, index);
}

const otherOutcome = ({ out }: AuditRecord) => (out === 'failure' ? 'success' : 'failure');

function removeEntry({ copy, installation }: Target, index: number): void {
  for (const table of ['entries', 'openings'])
    copy.sql(`DELETE FROM ${table} WHERE position = ?`).run(positionOf(installation.log, index));
}

interface Openable {
  readonly index: number;
  readonly field: string;
  readonly sealed: Uint8Array;
}

const mostLookedAt = 200;

/** The newest openings whose key is not destroyed: nobody misses one that opens nothing any more. */
function openable(target: Target): Openable[] {
  const { copy, installation, check } = target;
  const { first } = within(target);
  const { subjectKeys } = check.openings;
  return copy
    .sql<{ position: number; field: string; sealed: Uint8Array }>(
      'SELECT position, field, sealed FROM openings WHERE position >= ? AND position < ? ORDER BY position DESC LIMIT ?',
    )
    .all(positionOf(installation.log, first), positionOf(installation.log + 1, 0), mostLookedAt)
    .map(({ position, ...rest }) => ({ ...rest, index: position - positionOf(installation.log, 0) }))
    .filter(({ index, field }) => {
      const of = entryAt(copy, installation, index).pd?.find(({ f }) => f === field);
      return of === undefined || subjectKeys.has(of.s);
    });
}
