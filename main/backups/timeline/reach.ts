/** What a snapshot reaches, as the catalogue knows it. Times are epoch milliseconds of commits. */
export interface Reaching {
  readonly kind: 'full' | 'incremental';
  readonly timeline: string;
  readonly commitSeq: number;
  readonly baseTime: number;
  readonly lastTime: number;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Between two states that can be had; `commits`: how many cannot, null across a restore in place. */
export interface Gap extends Stretch {
  readonly commits: number | null;
}

/** The stretches in which every commit can be had: from the base of each log to its end, those that touch as one. */
export function recordedStretches(snapshots: readonly Reaching[]): Stretch[] {
  const logs = snapshots
    .filter(({ kind, baseTime, lastTime }) => kind === 'incremental' && lastTime > baseTime)
    .map(({ baseTime, lastTime }) => ({ from: baseTime, to: lastTime }))
    .sort((left, right) => left.from - right.from);
  const merged: { from: number; to: number }[] = [];
  for (const log of logs) {
    const before = merged.at(-1);
    if (before !== undefined && log.from <= before.to) before.to = Math.max(before.to, log.to);
    else merged.push({ ...log });
  }
  return merged;
}

/**
 * Where commits were made that cannot be had, oldest first: between a state that a snapshot ends with and the next one,
 * unless a log spans it or nothing was committed.
 */
export function gapsBetween(snapshots: readonly Reaching[], recorded: readonly Stretch[]): Gap[] {
  const states = [...snapshots].sort(
    (left, right) => left.lastTime - right.lastTime || left.commitSeq - right.commitSeq,
  );
  const gaps: Gap[] = [];
  for (const [at, next] of states.entries()) {
    const before = states[at - 1];
    if (before === undefined) continue;
    const to = next.kind === 'full' ? next.lastTime : Math.max(before.lastTime, next.baseTime);
    if (to <= before.lastTime || covers(recorded, before.lastTime, to)) continue;
    const sameLine = before.timeline === next.timeline && next.kind === 'full';
    const between = sameLine ? next.commitSeq - before.commitSeq - 1 : null;
    if (between !== null && between <= 0) continue;
    gaps.push({ from: before.lastTime, to, commits: between });
  }
  return gaps;
}

/** Whether a moment lies in one of the stretches, which are in order. */
export function isIn(stretches: readonly Stretch[], time: number): boolean {
  let [low, high] = [0, stretches.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch === undefined) return false;
    if (time < stretch.from) high = middle - 1;
    else if (time > stretch.to) low = middle + 1;
    else return true;
  }
  return false;
}

function covers(stretches: readonly Stretch[], from: number, to: number): boolean {
  return stretches.some((stretch) => stretch.from <= from && stretch.to >= to);
}
