import { toRfc3339 } from '../../../shared/clock.ts';
import type { BackupTimeline } from '../../../shared/contract/backups/timeline.ts';
import type { Reading } from '../../storage/store.ts';
import type { Input } from '../inputs.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { heldOf } from '../retention/holds.ts';
import { marksOf, waitMs } from '../retention/marks.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { type CommitBlock, timesOf } from './commit-blocks.ts';
import { type BlockOutline, blocksBetween, readBlock } from './commit-times.ts';
import { bucketsOf, countCommits } from './density.ts';
import { findNearest, type Known } from './nearest.ts';
import { type KnownSnapshot, knownSnapshots, restoresOf } from './owner-history.ts';
import { gapsBetween, recordedStretches, type Stretch } from './reach.ts';

const mostSnapshots = 500;
/** What there is may be one moment: then the window is so wide, in milliseconds. */
const narrowest = 100;

/**
 * What can be had back of one owner in a window: states, and between them every commit where a log was kept. Reads the catalogue
 * and one line for each 4,096 commits, no repository. Errors: NOT_FOUND, VALIDATION, INTEGRITY (the page log).
 */
export async function readTimeline(
  parts: BackupParts,
  input: Input<'getBackupTimeline'>,
): Promise<BackupTimeline> {
  const { control, clock, sources, pageLog } = parts;
  const owner: OwnerId = ownerOf(input, sources) ?? null;
  const id = repositoryIdOf(owner);
  const waiting = await pageLog.recordedSince(id);
  const now = clock.now();
  const known = gather(control, owner, waiting, pageLog.capturedUpTo(id) ?? now);
  const begins = beginning(known);
  const window = windowOf(input, begins?.time ?? now, now);
  const inWindow = ({ from, to }: Stretch) => to >= window.from && from <= window.to;
  const buckets = bucketsOf(window.from, window.to, input.buckets);
  const blocks = [
    ...blocksBetween(control, id, window.from, window.to),
    ...known.waiting.filter(({ firstTime, lastTime }) => inWindow({ from: firstTime, to: lastTime })),
  ];
  const commits = countCommits<BlockOutline | CommitBlock>(
    blocks,
    { buckets, recorded: within(known.recorded, window) },
    (block) => timesOf('steps' in block ? block : readBlock(control, block)),
  );
  const here = known.snapshots.filter(({ time }) => time >= window.from && time <= window.to);
  const snapshotsIn = commits.map(() => 0);
  for (const { time } of here) {
    const at = Math.min(snapshotsIn.length - 1, Math.floor((time - buckets.from) / buckets.width));
    snapshotsIn[at] = (snapshotsIn[at] ?? 0) + 1;
  }
  return {
    tenantId: owner,
    from: toRfc3339(window.from),
    to: toRfc3339(window.to),
    snapshots: told(control, owner, here.slice(0, mostSnapshots)),
    bucketMs: buckets.width,
    buckets: commits.map((each, at) => ({ commits: each, snapshots: snapshotsIn[at] ?? 0 })),
    recorded: known.recorded.filter(inWindow).map(text),
    gaps: gapsBetween(known.snapshots, known.recorded)
      .filter(inWindow)
      .map((gap) => ({ ...text(gap), commits: gap.commits })),
    restores: restoresOf(control, owner, window).map(({ time, ...rest }) => ({
      ...rest,
      time: toRfc3339(time),
    })),
    begins: begins && { seq: begins.seq, time: toRfc3339(begins.time) },
    capturedTo: waiting === undefined ? null : toRfc3339(known.capturedTo),
    nearest: input.around === undefined ? null : findNearest(control, owner, known, Date.parse(input.around)),
  };
}

function gather(
  control: Reading,
  owner: OwnerId,
  waiting: readonly CommitBlock[] | undefined,
  capturedTo: number,
): Known {
  const snapshots = knownSnapshots(control, owner);
  const newest = snapshots.find(({ safety }) => !safety);
  const log = recordedStretches(snapshots);
  const last = log.at(-1);
  const goesOn = waiting !== undefined && newest !== undefined && newest.lastTime <= capturedTo;
  const recorded = goesOn
    ? last !== undefined && last.to >= newest.lastTime
      ? [...log.slice(0, -1), { from: last.from, to: Math.max(last.to, capturedTo) }]
      : [...log, { from: newest.lastTime, to: capturedTo }]
    : log;
  return { snapshots, recorded, waiting: goesOn ? waiting : [], capturedTo };
}

function beginning({ snapshots, recorded }: Known): { seq: number | null; time: number } | null {
  const states = [
    ...snapshots.map(({ commitSeq, lastTime }) => ({ seq: commitSeq, time: lastTime })),
    ...recorded.slice(0, 1).map(({ from }) => ({ seq: null, time: from })),
  ];
  return states.reduce<(typeof states)[number] | null>(
    (oldest, each) => (oldest === null || each.time < oldest.time ? each : oldest),
    null,
  );
}

function windowOf(
  { from, to }: Pick<Input<'getBackupTimeline'>, 'from' | 'to'>,
  begins: number,
  now: number,
): Stretch {
  const end = to === undefined ? now : Date.parse(to);
  const start = from === undefined ? Math.min(begins, end - narrowest) : Date.parse(from);
  return { from: start, to: to === undefined ? Math.max(end, start + narrowest) : end };
}

function told(
  control: Reading,
  owner: OwnerId,
  snapshots: readonly KnownSnapshot[],
): BackupTimeline['snapshots'] {
  const id = repositoryIdOf(owner);
  const held = heldOf(control, id);
  const marks = new Map(marksOf(control, id).map(({ snapshotId, markedAt }) => [snapshotId, markedAt]));
  return snapshots.map((each) => {
    const marked = marks.get(each.id);
    return {
      id: each.id,
      time: toRfc3339(each.time),
      commit: { seq: each.commitSeq, time: toRfc3339(each.lastTime) },
      kind: each.kind,
      bytesAdded: each.bytesAdded,
      verified: each.verified,
      held: held.all || held.snapshots.has(each.id),
      safety: each.safety,
      damaged: each.damaged,
      goesAfter: marked === undefined ? null : toRfc3339(marked + waitMs),
    };
  });
}

/** What of some stretches lies in a window: the last bucket may reach beyond it. */
function within(stretches: readonly Stretch[], window: Stretch): Stretch[] {
  return stretches
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }))
    .filter(({ from, to }) => from <= to);
}

function text({ from, to }: Stretch): { from: string; to: string } {
  return { from: toRfc3339(from), to: toRfc3339(to) };
}
