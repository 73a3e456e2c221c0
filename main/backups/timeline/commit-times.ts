import type { Reading, Transaction } from '../../storage/store.ts';
import type { RepositoryId } from '../targets/target.ts';
import type { CommitBlock } from './commit-blocks.ts';

/** A block without its commits. Times are epoch milliseconds. */
export type BlockOutline = Omit<CommitBlock, 'steps'> & { readonly id: number };

const outline = 'id, first_seq AS firstSeq, commits, first_time AS firstTime, last_time AS lastTime';

/** Keeps when commits were made, which a snapshot took along; what was told of them before gives way. */
export function addCommitTimes(
  transaction: Transaction,
  owner: RepositoryId,
  blocks: readonly CommitBlock[],
): void {
  const [first] = blocks;
  if (first === undefined) return;
  // a run that was killed before its chain went on had told the same ones
  transaction
    .sql('DELETE FROM commit_times WHERE owner = ? AND last_time >= ? AND first_seq >= ?')
    .run(owner, first.firstTime, first.firstSeq);
  const insert = transaction.sql(
    `INSERT INTO commit_times (owner, first_seq, commits, first_time, last_time, steps) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  for (const { firstSeq, commits, firstTime, lastTime, steps } of blocks) {
    insert.run(owner, firstSeq, commits, firstTime, lastTime, steps);
  }
}

/** Forgets commits that no snapshot of an owner reaches back to any more. */
export function trimCommitTimes(transaction: Transaction, owner: RepositoryId): void {
  transaction
    .sql(
      `DELETE FROM commit_times WHERE owner = ? AND last_time <
         (SELECT coalesce(min(base_time), 9e15) FROM snapshots WHERE coalesce(tenant_id, 'installation') = ?)`,
    )
    .run(owner, owner);
}

export function removeCommitTimesOf(transaction: Transaction, owner: RepositoryId): void {
  transaction.sql('DELETE FROM commit_times WHERE owner = ?').run(owner);
}

/** Outlines of the blocks that overlap a window, in order: one row for up to 4,096 commits, none of them unpacked. */
export function blocksBetween(
  reading: Reading,
  owner: RepositoryId,
  from: number,
  to: number,
): BlockOutline[] {
  return reading
    .sql<BlockOutline>(
      `SELECT ${outline} FROM commit_times WHERE owner = ? AND last_time >= ? AND first_time <= ?
       ORDER BY last_time, first_time, first_seq`,
    )
    .all(owner, from, to);
}

/** The block that a moment lies in, or those before and after it, with their commits. */
export function blocksAround(reading: Reading, owner: RepositoryId, at: number): CommitBlock[] {
  const select = (where: string, order: string) =>
    reading
      .sql<BlockOutline>(
        `SELECT ${outline} FROM commit_times WHERE owner = ? AND last_time ${where}
         ORDER BY last_time ${order}, first_time ${order}, first_seq ${order} LIMIT 1`,
      )
      .get(owner, at);
  return [select('<= ?', 'DESC'), select('> ?', 'ASC')].flatMap((block) =>
    block === undefined ? [] : [readBlock(reading, block)],
  );
}

/** An outline with its commits. */
export function readBlock(reading: Reading, block: BlockOutline): CommitBlock {
  const row = reading.sql<{ steps: Uint8Array }>('SELECT steps FROM commit_times WHERE id = ?').get(block.id);
  if (row === undefined) throw new TypeError(`there is no block ${block.id} of commits`);
  return { ...block, steps: row.steps };
}
