import { readDatabaseFile } from '../../storage/database-file.ts';
import type { RawStore } from '../../storage/page-reader.ts';
import type { WalFile } from '../../storage/wal-frames.ts';
import { readClockPage } from './clock-page.ts';
import { doubt } from './doubt.ts';
import { packPages, pagesInGroup } from './page-delta.ts';
import type { Pin } from './pin.ts';
import type { Reached } from './reached.ts';
import { encodeGroup, type SegmentCommit } from './segment.ts';
import type { SegmentFileWriter } from './segment-file.ts';

/** A state of a database: the newest commit, and its pages then. */
export interface State {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly pages: number;
}

interface Stretch {
  readonly store: RawStore;
  readonly log: WalFile;
  /** How far the log was read; it moves on. */
  readonly reached: Reached;
  readonly from: State;
  /** Both ends of it, held. */
  readonly pins: readonly [Pin, Pin];
}

interface Commit {
  /** The frame of each page that it wrote. */
  readonly changed: ReadonlyMap<number, number>;
  readonly pagesBefore: number;
  readonly pages: number;
}

/** Writes the commits between two held states into a segment's body. Throws a doubt where one is not known to be ours. */
export function writeCommits(stretch: Stretch, writer: SegmentFileWriter): SegmentCommit[] {
  const { log, reached, from, pins } = stretch;
  const [, next] = pins;
  const commits: SegmentCommit[] = [];
  const clockPages = new Set(pins.map(({ clockPage }) => clockPage));
  let { pages, seq } = from;
  let line: ReturnType<typeof readClockPage>;
  let changed = new Map<number, number>();
  for (const { number, page, commitPages, content } of log.frames(next.frames, reached.place)) {
    changed.set(page, number);
    const found = clockPages.has(page) ? readClockPage(content) : undefined;
    if (found !== undefined && found.seq > seq) line = found;
    if (commitPages === 0) continue;
    if (line === undefined) throw doubt('another program wrote to the database');
    if (line.seq !== seq + 1) throw doubt(`commits are missing between ${seq} and ${line.seq}`);
    const begin = writer.bytes;
    writeCommit(stretch, { changed, pagesBefore: pages, pages: commitPages }, writer);
    for (const [written, frame] of changed) reached.frameOf.set(written, frame);
    commits.push([line.seq, line.time, commitPages, writer.bytes - begin]);
    pages = commitPages;
    seq = line.seq;
    line = undefined;
    changed = new Map();
  }
  if (seq !== next.commit.seq || pages !== next.pages) {
    throw doubt('the log does not end with the state of the database');
  }
  return commits;
}

/** Each page over what it was: its newest frame before, else the file, which holds nothing later. */
function writeCommit(
  { store, log, reached, pins: [{ pageSize }] }: Stretch,
  { changed, pagesBefore, pages: most }: Commit,
  writer: SegmentFileWriter,
): void {
  const pages = [...changed.keys()].filter((page) => page <= most).sort((one, other) => one - other);
  for (let first = 0; first < pages.length; first += pagesInGroup) {
    const group = pages.slice(first, first + pagesInGroup);
    const now = new Uint8Array(group.length * pageSize);
    const before = new Uint8Array(group.length * pageSize);
    for (const [at, page] of group.entries()) {
      log.readPage(changed.get(page) ?? 0, now.subarray(at * pageSize, (at + 1) * pageSize));
      if (page > pagesBefore) continue;
      const old = before.subarray(at * pageSize, (at + 1) * pageSize);
      const frame = reached.frameOf.get(page);
      if (frame !== undefined) log.readPage(frame, old);
      else readDatabaseFile(store.rawDescriptor, old, (page - 1) * pageSize, store.name);
    }
    writer.write(encodeGroup({ pages: group, packed: packPages(now, before) }));
  }
}
