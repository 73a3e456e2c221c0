import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { logOrigin, signingKeyName } from '../log-name.ts';
import { positionOf, readTile, type StoredLog } from '../log-store.ts';
import { prunedOf, storePruned } from '../retention/pruned-rows.ts';
import { fullTileWidth, perfectRoot } from '../tiles.ts';
import { emptyEdge } from '../tree-edge.ts';
import { verifyLogs } from '../verify/verify-logs.ts';
import { type Attack, mostMoved, type Target, within } from './attack.ts';
import { addEntry, entryAt, rebuildTree, signBy, strangersKey, withoutOpenings } from './forgery.ts';

/** Whole logs, and the database as a whole. */
export const attacksOnLogs: readonly Attack[] = [
  {
    name: 'rolled-back',
    // the copy itself is the older file: everything in it fits, and the log has gone on meanwhile
    strike: ({ installation, newer }) => ({
      logId: installation.origin,
      index: installation.size,
      anchor: newer ?? null,
    }),
  },
  {
    name: 'database-replaced',
    strike(target) {
      replaceDatabase(target);
      return { logId: target.installation.origin, index: null, everything: true };
    },
  },
  {
    name: 'log-deleted',
    strike({ copy, tenants }) {
      const [smallest] = tenants;
      if (smallest === undefined) return 'no-tenant-log';
      if (smallest.size > mostMoved) return 'large-tenant-logs';
      for (const table of ['entries', 'openings'])
        copy
          .sql(`DELETE FROM ${table} WHERE position >= ? AND position < ?`)
          .run(positionOf(smallest.log, 0), positionOf(smallest.log + 1, 0));
      for (const table of ['tiles', 'logs']) copy.sql(`DELETE FROM ${table} WHERE log = ?`).run(smallest.log);
      return { logId: smallest.origin, index: null };
    },
  },
  {
    name: 'logs-swapped',
    strike({ copy, tenants }) {
      const [one, other] = tenants;
      if (one === undefined) return 'no-tenant-log';
      if (other === undefined) return 'one-tenant-log';
      if (other.size > mostMoved) return 'large-tenant-logs';
      const move = copy.sql('UPDATE logs SET log = ? WHERE log = ?');
      move.run(-1, one.log);
      move.run(one.log, other.log);
      move.run(other.log, -1);
      return { logId: one.origin, index: 0, whole: [one.origin, other.origin] };
    },
  },
  {
    name: 'vouching-ended',
    strike({ copy, tenants }) {
      const [smallest] = tenants;
      if (smallest === undefined) return 'no-tenant-log';
      copy.sql('UPDATE logs SET committed_size = size + 1000 WHERE log = ?').run(smallest.log);
      return { logId: smallest.origin, index: null, again: [smallest.origin] };
    },
  },
  {
    name: 'pruned-early',
    strike({ copy, tenants }) {
      if (tenants.length === 0) return 'no-tenant-log';
      const victim = tenants.find(
        ({ log, size }) => size - (prunedOf(copy, log)?.minimum ?? 0) > fullTileWidth,
      );
      if (victim === undefined) return 'no-full-tile';
      if (victim.size > mostMoved) return 'large-tenant-logs';
      return { logId: victim.origin, index: pruneUntold(copy, victim), whole: [victim.origin] };
    },
  },
];

/** Leaves what a pruning would leave, but for the entry that tells of it. Answers the first index that is gone. */
function pruneUntold(copy: Reading, { log, size }: StoredLog): number {
  const first = prunedOf(copy, log)?.minimum ?? 0;
  const end = Math.floor((size - 1) / fullTileWidth) * fullTileWidth;
  for (const table of ['entries', 'openings'])
    copy
      .sql(`DELETE FROM ${table} WHERE position >= ? AND position < ?`)
      .run(positionOf(log, first), positionOf(log, end));
  for (let index = first / fullTileWidth; index < end / fullTileWidth; index += 1) {
    const hashes = readTile(copy, log, { level: 0, index })?.hashes ?? new Uint8Array(32);
    copy
      .sql('UPDATE tiles SET hashes = ?, root = ? WHERE log = ? AND level = 0 AND tile = ?')
      .run(new Uint8Array(0), perfectRoot(hashes), log, index);
  }
  storePruned(copy, { log, minimum: end, dropped: end, kept: '[]', leaf: '' });
  return first;
}

const tables = [
  'logs',
  'entries',
  'openings',
  'tiles',
  'rotations',
  'witnesses',
  'cosignatures',
  'witnessed',
  'timestamp_authority',
  'timestamps',
  'pruned',
];

/** Puts the database of another installation in the place of this one: sound in itself, by its own key. */
function replaceDatabase(target: Target): void {
  const { copy, installation, check } = target;
  const model = entryAt(copy, installation, within(target).first);
  for (const table of tables) {
    const made = copy.sql<{ sql: string }>('SELECT sql FROM sqlite_schema WHERE name = ?').get(table);
    copy.sql(`ALTER TABLE ${table} RENAME TO ${table}_aside`).run();
    copy.sql(made?.sql ?? '').run();
  }
  const installationId = otherInstallation();
  const name = signingKeyName(installationId, 1, 1);
  const origin = logOrigin(installationId, 'installation', 1);
  const key = strangersKey(name);
  const log: StoredLog = {
    log: 1,
    origin,
    tenant_id: null,
    size: 0,
    root: new Uint8Array(32),
    note: new Uint8Array(0),
    committed_size: 0,
  };
  copy
    .sql(
      'INSERT INTO logs (log, origin, tenant_id, size, root, note, committed_size) VALUES (1, ?, NULL, 0, ?, ?, 0)',
    )
    .run(origin, log.root, log.note);
  addEntry(copy, log, 0, withoutOpenings({ ...model, act: 'suite.initialise', log: origin, i: 0 }));
  signBy(copy, rebuildTree(copy, log, emptyEdge()), key);
  const own = { ...check, keys: [key.verifierKey], presentKey: name, installationId, epoch: 1 };
  const { anchor: _anchor, ...alone } = own;
  const [problem] = verifyLogs(copy, alone, () => undefined).problems;
  if (problem !== undefined) throw new TypeError(`the other database is not sound itself: ${problem.reason}`);
}

function otherInstallation(): Uuid {
  const id = crypto.randomUUID();
  if (!uuidPattern.test(id)) throw new TypeError('no UUID');
  return id as Uuid;
}
