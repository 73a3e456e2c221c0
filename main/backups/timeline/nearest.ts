import { toRfc3339 } from '../../../shared/clock.ts';
import type { NearestCommits, TimelineCommit } from '../../../shared/contract/backups/timeline.ts';
import type { Reading } from '../../storage/store.ts';
import { type CatalogueEntry, snapshotCovering, snapshotUpTo } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import { type RepositoryId, repositoryIdOf } from '../targets/target.ts';
import { type CommitBlock, neighboursOf, type RecordedCommit } from './commit-blocks.ts';
import { blocksAround } from './commit-times.ts';
import type { KnownSnapshot } from './owner-history.ts';
import { isIn, type Stretch } from './reach.ts';

/** What is known of an owner's past. Times are epoch milliseconds. */
export interface Known {
  /** Newest first. */
  readonly snapshots: readonly KnownSnapshot[];
  /** Where every commit can be had. */
  readonly recorded: readonly Stretch[];
  /** Commits since the newest snapshot. */
  readonly waiting: readonly CommitBlock[];
  /** Nothing is known of what came later. */
  readonly capturedTo: number;
}

/** What a restore of a moment (epoch milliseconds) would bring back, by the rules of `pointOf`, and the state after it. */
export function findNearest(control: Reading, owner: OwnerId, known: Known, at: number): NearestCommits {
  return {
    at: toRfc3339(at),
    before: stateAt(control, owner, known, at),
    after: told(stateAfter(control, owner, known, at)),
  };
}

function stateAt(control: Reading, owner: OwnerId, known: Known, at: number): NearestCommits['before'] {
  const { snapshots, waiting, recorded, capturedTo } = known;
  const id = repositoryIdOf(owner);
  const covering = snapshotCovering(control, owner, at);
  if (covering !== undefined) {
    const { before } = neighboursOf(blocksAround(control, id, at), at);
    const inLog = before !== undefined && before.time >= covering.baseTime;
    if (inLog) return toState(before, snapshots, true);
    return isCounted(control, id, covering)
      ? toState({ seq: null, time: covering.baseTime }, snapshots, false)
      : { seq: null, time: toRfc3339(at), exact: true, snapshotId: null };
  }
  const upTo = snapshotUpTo(control, owner, at) ?? snapshots.find(({ time }) => time <= at);
  const { before } = neighboursOf(waiting, at);
  if (before !== undefined) return toState(before, snapshots, true);
  if (upTo === undefined) return null;
  return toState(
    { seq: upTo.commitSeq, time: upTo.lastTime },
    snapshots,
    isIn(recorded, Math.min(at, capturedTo)),
  );
}

/** Whether it was kept when the commits of a snapshot's log were made. */
function isCounted(control: Reading, id: RepositoryId, { lastTime }: CatalogueEntry): boolean {
  const { before } = neighboursOf(blocksAround(control, id, lastTime), lastTime);
  return before?.time === lastTime;
}

function stateAfter(
  control: Reading,
  owner: OwnerId,
  { snapshots, recorded, waiting }: Known,
  at: number,
): RecordedCommit | undefined {
  const candidates: RecordedCommit[] = snapshots
    .filter(({ lastTime }) => lastTime > at)
    .map(({ commitSeq, lastTime }) => ({ seq: commitSeq, time: lastTime }));
  const log = recorded.find(({ to }) => to > at);
  if (log !== undefined) {
    const from = Math.max(at, log.from - 1);
    for (const blocks of [blocksAround(control, repositoryIdOf(owner), from), waiting]) {
      const { after } = neighboursOf(blocks, from);
      if (after !== undefined && isIn(recorded, after.time)) candidates.push(after);
    }
  }
  return candidates.reduce<RecordedCommit | undefined>(
    (first, each) => (first === undefined || each.time < first.time ? each : first),
    undefined,
  );
}

function toState(
  { seq, time }: { readonly seq: number | null; readonly time: number },
  snapshots: readonly KnownSnapshot[],
  exact: boolean,
): NonNullable<NearestCommits['before']> {
  const same = snapshots.find(
    ({ lastTime, commitSeq }) => lastTime === time && (seq === null || commitSeq === seq),
  );
  return { seq: seq ?? same?.commitSeq ?? null, time: toRfc3339(time), exact, snapshotId: same?.id ?? null };
}

function told(commit: RecordedCommit | undefined): TimelineCommit | null {
  return commit === undefined ? null : { seq: commit.seq, time: toRfc3339(commit.time) };
}
