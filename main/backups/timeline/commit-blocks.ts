/** One commit of an owner's first database. `time`: epoch milliseconds. */
export interface RecordedCommit {
  readonly seq: number;
  readonly time: number;
}

/** Consecutive commits: about two bytes each. Times are epoch milliseconds. */
export interface CommitBlock {
  readonly firstSeq: number;
  readonly commits: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** Milliseconds from each commit to the next, as variable-length integers: 7 bits a byte, the lowest first. */
  readonly steps: Uint8Array;
}

/** So many commits are unpacked where one of them is looked for. */
export const commitsInBlock = 4096;

/** Packs commits in their order. A gap in the numbers, or a time before the last one's, begins another block. */
export function packCommits(commits: Iterable<readonly [seq: number, time: number]>): CommitBlock[] {
  const blocks: CommitBlock[] = [];
  let times: number[] = [];
  let firstSeq = 0;
  const end = () => {
    if (times.length > 0) blocks.push(blockOf(firstSeq, times));
    times = [];
  };
  for (const [seq, time] of commits) {
    const follows = seq === firstSeq + times.length && time >= (times.at(-1) ?? time);
    if (!follows || times.length === commitsInBlock) end();
    if (times.length === 0) firstSeq = seq;
    times.push(time);
  }
  end();
  return blocks;
}

/** The times of a block's commits in order. Throws RangeError where it does not hold as many as it says. */
export function timesOf({ commits, firstTime, steps }: CommitBlock): Float64Array {
  const times = new Float64Array(commits);
  let time = firstTime;
  let step = 0;
  let scale = 1;
  let found = 1;
  times[0] = time;
  for (const byte of steps) {
    step += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    time += step;
    times[found] = time;
    found += 1;
    step = 0;
    scale = 1;
  }
  if (found !== commits) throw new RangeError(`a block of ${commits} commits holds ${found}`);
  return times;
}

/** The commits of a block in order. Throws RangeError as `timesOf`. */
export function unpackCommits(block: CommitBlock): RecordedCommit[] {
  return Array.from(timesOf(block), (time, at) => ({ seq: block.firstSeq + at, time }));
}

function blockOf(firstSeq: number, times: readonly number[]): CommitBlock {
  const [firstTime = 0] = times;
  const steps: number[] = [];
  let before = firstTime;
  for (const time of times.slice(1)) {
    let step = time - before;
    before = time;
    for (; step >= 0x80; step = Math.floor(step / 0x80)) steps.push((step % 0x80) + 0x80);
    steps.push(step);
  }
  return { firstSeq, commits: times.length, firstTime, lastTime: before, steps: Uint8Array.from(steps) };
}

/** The commits on either side of a moment: the last one not later, and the first one later. Blocks are in order. */
export function neighboursOf(
  blocks: readonly CommitBlock[],
  at: number,
): { readonly before: RecordedCommit | undefined; readonly after: RecordedCommit | undefined } {
  let before: RecordedCommit | undefined;
  for (const block of blocks) {
    const { firstSeq, commits, firstTime, lastTime } = block;
    if (lastTime <= at) {
      before = { seq: firstSeq + commits - 1, time: lastTime };
      continue;
    }
    if (firstTime > at) return { before, after: { seq: firstSeq, time: firstTime } };
    const within = unpackCommits(block);
    return {
      before: within.findLast(({ time }) => time <= at) ?? before,
      after: within.find(({ time }) => time > at),
    };
  }
  return { before, after: undefined };
}
