import { setImmediate } from 'node:timers/promises';
import type { Reading, Store, Transaction } from '../../storage/store.ts';
import { checkpointIn } from '../bundle/seal.ts';
import { epochOf, isInstallationLog } from '../log-name.ts';
import { positionOf, readTile } from '../log-store.ts';
import { hashLength } from '../merkle.ts';
import { fullTileWidth, perfectRoot } from '../tiles.ts';
import { keptOf, type PrunedRow, prunedOf, storePruned } from './pruned-rows.ts';

/**
 * Drops what is below the minimum of a log and still there, one tile's entries a transaction and a `step`, so that a cut at
 * any moment leaves a log that verifies and goes on from there. `onEntries` is told of each few; its throw ends it between two.
 */
export async function dropEntries(
  store: Store,
  { log, origin }: { readonly log: number; readonly origin: string },
  step: (work: () => Promise<void>) => Promise<void>,
  onEntries: (count: number) => void,
): Promise<void> {
  const needed = neededTiles(store, origin);
  for (let row = prunedOf(store, log); row !== undefined && row.dropped < row.minimum; ) {
    const { dropped, minimum } = row;
    const next = { ...row, dropped: dropped + fullTileWidth };
    const indices: ReadonlySet<number> = new Set(keptOf(row));
    const tile = { log, tile: dropped / fullTileWidth, indices, needed };
    await step(() =>
      store.write((transaction) => {
        dropTile(transaction, tile);
        if (next.dropped === minimum) dropSuperseded(transaction, next);
        storePruned(transaction, next);
      }),
    );
    onEntries(fullTileWidth);
    row = next;
    await setImmediate();
  }
}

interface TileToDrop {
  readonly log: number;
  readonly tile: number;
  readonly indices: ReadonlySet<number>;
  readonly needed: ReadonlySet<number>;
}

function dropTile(transaction: Transaction, { log, tile, indices, needed }: TileToDrop): void {
  const first = tile * fullTileWidth;
  const span = [positionOf(log, first), positionOf(log, first + fullTileWidth)];
  const kept = Array.from({ length: fullTileWidth }, (_, at) => first + at).filter((at) => indices.has(at));
  transaction.sql('DELETE FROM openings WHERE position >= ? AND position < ?').run(...span);
  transaction
    .sql(
      `DELETE FROM entries WHERE position >= ? AND position < ?
       AND position NOT IN (SELECT value FROM json_each(?))`,
    )
    .run(...span, JSON.stringify(kept.map((index) => positionOf(log, index))));
  if (kept.length > 0 || needed.has(tile)) return;
  const stored = readTile(transaction, log, { level: 0, index: tile });
  if (stored?.hashes.length !== fullTileWidth * hashLength) return;
  transaction
    .sql('UPDATE tiles SET hashes = ?, root = ? WHERE log = ? AND level = 0 AND tile = ?')
    .run(new Uint8Array(0), stored.root ?? perfectRoot(stored.hashes), log, tile);
}

/** What an earlier pruning left and this one does not. */
function dropSuperseded(transaction: Transaction, { log, minimum, kept }: PrunedRow): void {
  transaction
    .sql(
      `DELETE FROM entries WHERE position >= $from AND position < $to
       AND position - $from NOT IN (SELECT value FROM json_each($kept))`,
    )
    .run({ from: positionOf(log, 0), to: positionOf(log, minimum), kept });
}

/** Tiles whose hashes lead to checkpoints that others signed, or that a key took over by. */
function neededTiles(reading: Reading, origin: string): Set<number> {
  const sizes = ['cosignatures', 'timestamps'].flatMap((table) =>
    reading.sql<{ size: number }>(`SELECT size FROM ${table} WHERE origin = ?`).all(origin),
  );
  const rotations = isInstallationLog(origin)
    ? reading
        .sql<{ note: Uint8Array }>('SELECT note FROM rotations WHERE epoch = ?')
        .all(epochOf(origin))
        .map(({ note }) => checkpointIn(note))
    : [];
  return new Set([...sizes, ...rotations].map(({ size }) => Math.floor(size / fullTileWidth)));
}
