import { randomBytes } from 'node:crypto';
import { ed25519KeyFromSeed } from '../../secrets/ed25519.ts';
import { placeOf, positionOf } from '../log-store.ts';
import { formatNote, parseNote } from '../note.ts';
import { decodeRecord } from '../record.ts';
import { fullTileWidth } from '../tiles.ts';
import { formatWitnessKey, witnessName } from '../witness/cosignature.ts';
import { type Attack, type Hit, markOf, type Target, within } from './attack.ts';
import { entryAt, putEntry, rebuildTree, signBy, strangersKey } from './forgery.ts';

/** What proves the entries: tiles, heads, signatures, and who vouches for them. */
export const attacksOnProofs: readonly Attack[] = [
  {
    name: 'tile-edited',
    strike: (target) => onTile(target, 'hashes', fullTileWidth * 32),
  },
  {
    name: 'tile-root-edited',
    strike: (target) => onTile(target, 'root', 32),
  },
  {
    name: 'head-forged',
    strike(target) {
      const { copy, installation } = target;
      copy.sql('UPDATE logs SET root = zeroblob(32) WHERE log = ?').run(installation.log);
      return wholeLog(target);
    },
  },
  {
    name: 'checkpoint-deleted',
    strike(target) {
      const { copy, installation } = target;
      copy.sql('UPDATE logs SET note = zeroblob(0) WHERE log = ?').run(installation.log);
      return wholeLog(target);
    },
  },
  {
    name: 'signed-anew',
    // everything fits but the key: the strongest that somebody without it can do
    strike(target) {
      const { copy, installation, check } = target;
      const { first, count } = within(target);
      const index = first + Math.floor((count - 1) / 2);
      const record = entryAt(copy, installation, index);
      putEntry(copy, installation, index, { ...record, t: record.t + 1 });
      const forged = rebuildTree(copy, installation, markOf(target, installation).edge);
      signBy(copy, forged, strangersKey(check.presentKey));
      return { logId: installation.origin, index };
    },
  },
  {
    name: 'replaced-key',
    // a real checkpoint of a key that was replaced since, without the line of its successor
    strike(target) {
      const { copy, installation, check } = target;
      const rotation = copy
        .sql<{ note: Uint8Array }>(
          'SELECT note FROM rotations WHERE epoch = ? ORDER BY generation DESC LIMIT 1',
        )
        .get(check.epoch);
      if (rotation === undefined) return 'never-rotated';
      const { text, signatures } = parseNote(rotation.note);
      const former = formatNote({ text, signatures: signatures.slice(0, 1) });
      copy.sql('UPDATE logs SET note = ? WHERE log = ?').run(former, installation.log);
      return wholeLog(target);
    },
  },
  {
    name: 'handing-over-removed',
    strike(target) {
      const { copy, check } = target;
      const { changes } = copy
        .sql(
          `DELETE FROM rotations WHERE epoch = ? AND generation = (SELECT max(generation) FROM rotations WHERE epoch = ?)`,
        )
        .run(check.epoch, check.epoch);
      return changes === 0 ? 'never-rotated' : wholeLog(target);
    },
  },
  {
    name: 'witness-planted',
    strike(target) {
      const name = witnessName(crypto.randomUUID(), 1);
      const key = formatWitnessKey(name, ed25519KeyFromSeed(randomBytes(32)).publicKey);
      target.copy
        .sql('INSERT INTO witnesses (name, key, label, added_at) VALUES (?, ?, ?, ?)')
        .run(name, key, 'a stranger', 0);
      return wholeLog(target);
    },
  },
  {
    name: 'witness-removed',
    strike(target) {
      const { changes } = target.copy
        .sql('DELETE FROM witnesses WHERE name = (SELECT min(name) FROM witnesses)')
        .run();
      return changes === 0 ? 'no-witness' : wholeLog(target);
    },
  },
  {
    name: 'authority-planted',
    strike(target) {
      target.copy
        .sql(
          `INSERT OR REPLACE INTO timestamp_authority (id, url, policy, certificates, every_hours, set_at)
           VALUES (1, 'https://a.stranger.example/', NULL, '', 24, 0)`,
        )
        .run();
      return wholeLog(target);
    },
  },
  {
    name: 'timestamp-moved',
    // a real stamp, said to be of a larger log than the one it is of
    strike(target) {
      const { changes } = target.copy
        .sql('UPDATE timestamps SET size = size + 1 WHERE size = (SELECT max(size) FROM timestamps)')
        .run();
      return changes === 0 ? 'no-timestamp' : wholeLog(target);
    },
  },
  {
    name: 'timestamp-removed',
    strike(target) {
      const { changes } = target.copy
        .sql('DELETE FROM timestamps WHERE size = (SELECT max(size) FROM timestamps)')
        .run();
      return changes === 0 ? 'no-timestamp' : wholeLog(target);
    },
  },
  {
    name: 'retention-put-back',
    // rows and seal as they were before the newest change, in another database: they fit each other
    strike(target) {
      const [newest, former] = sealedStates(target);
      if (newest === undefined) return 'no-retention';
      return { ...wholeLog(target), index: newest.index, retention: former?.state ?? beforeAny };
    },
  },
];

/** A state of which the log tells nothing. */
const beforeAny = '';

/** What the log tells of how long it is kept, the newest first. */
function sealedStates(target: Target): { readonly index: number; readonly state: string }[] {
  const { copy, installation, check, marks } = target;
  const { first, count } = within(target);
  const rows = copy
    .sql<{ position: number; record: Uint8Array }>(
      'SELECT position, record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
    )
    .all(positionOf(installation.log, first), positionOf(installation.log, first + count));
  const later = rows.map(({ position, record }) => ({
    index: placeOf(position).index,
    record: decodeRecord(record),
  }));
  return [...marks.told.filter(({ epoch }) => epoch === check.epoch), ...later]
    .filter(({ record }) => record.act === 'log.retention.sealed')
    .sort((one, other) => other.index - one.index)
    .map(({ index, record }) => ({ index, state: String(record.x?.state) }));
}

const wholeLog = ({ installation }: Target): Hit => ({ logId: installation.origin, index: null });

/** The newest full tile of hashes of entries. */
function onTile(target: Target, column: 'hashes' | 'root', length: number): Hit | 'no-full-tile' {
  const { copy, installation } = target;
  const { first } = within(target);
  const tile = Math.floor(installation.size / fullTileWidth) - 1;
  if (tile * fullTileWidth < first) return 'no-full-tile';
  copy
    .sql(`UPDATE tiles SET ${column} = zeroblob(${length}) WHERE log = ? AND level = 0 AND tile = ?`)
    .run(installation.log, tile);
  return { logId: installation.origin, index: tile * fullTileWidth };
}
