import { ftruncateSync, writeSync } from 'node:fs';
import { readDatabaseFile } from '../../storage/database-file.ts';
import { release } from '../../storage/release.ts';
import { unpackPages } from './page-delta.ts';
import { damagedSegment, readGroups, type SegmentHeader, segmentMagic } from './segment.ts';

/** A segment as replaying needs it: its header, and its body in parts. */
export interface ReadableSegment {
  readonly header: SegmentHeader;
  /** Names it in errors. */
  readonly name: string;
  /** `length` bytes of the segment at `position`. */
  readonly read: (position: number, length: number) => Uint8Array | Promise<Uint8Array>;
}

/** A database file that nobody has open, and the commit it stands at. */
export interface ReplayTarget {
  readonly descriptor: number;
  readonly pageSize: number;
  seq: number;
  pages: number;
}

/** Up to and with a commit, by number or by time (epoch ms). */
export type Until = { readonly commit: number } | { readonly time: number };

/** Whether a commit belongs to what is wanted. */
export function isWithin(until: Until, [seq, time]: readonly [number, number, ...unknown[]]): boolean {
  return 'commit' in until ? seq <= until.commit : time <= until.time;
}

/**
 * Brings a database forward over segments in order, and cuts it to its size then. Commits that it has already are
 * passed over. Answers the last commit it stands at. Throws INTEGRITY where a segment does not follow or is damaged.
 */
export async function replay(
  target: ReplayTarget,
  segments: Iterable<ReadableSegment>,
  until: Until,
): Promise<void> {
  for (const segment of segments) {
    const { header, name } = segment;
    if (header.pageSize !== target.pageSize) throw damagedSegment(name, 'its pages have another size');
    let at = segmentMagic.length;
    let before = header.after.seq;
    for (const commit of header.commits) {
      const [seq, , pages, bytes] = commit;
      if (seq > target.seq) {
        if (!isWithin(until, commit)) break;
        if (before !== target.seq || seq !== target.seq + 1) {
          throw damagedSegment(name, `it does not follow commit ${target.seq}`);
        }
        await writeCommit(target, segment, { position: at, bytes, pages });
        target.seq = seq;
        target.pages = pages;
      }
      before = seq;
      at += bytes;
    }
  }
  ftruncateSync(target.descriptor, target.pages * target.pageSize);
}

async function writeCommit(
  target: ReplayTarget,
  { name, read }: ReadableSegment,
  part: { readonly position: number; readonly bytes: number; readonly pages: number },
): Promise<void> {
  const { pageSize } = target;
  for await (const { pages, packed } of readGroups(read, part, name)) {
    if (pages.some((page) => page < 1 || page > part.pages)) {
      throw damagedSegment(name, `a page after commit ${target.seq} is none of the database`);
    }
    const before = new Uint8Array(pages.length * pageSize);
    for (const [at, page] of pages.entries()) {
      if (page > target.pages) continue;
      const old = before.subarray(at * pageSize, (at + 1) * pageSize);
      readDatabaseFile(target.descriptor, old, (page - 1) * pageSize, name);
    }
    const now = unpackPages(packed, before);
    if (now === undefined) throw damagedSegment(name, `pages after commit ${target.seq} do not fit`);
    for (const [at, page] of pages.entries()) {
      const content = now.subarray(at * pageSize, (at + 1) * pageSize);
      for (let done = 0; done < pageSize; ) {
        done += writeSync(target.descriptor, content, done, pageSize - done, (page - 1) * pageSize + done);
      }
    }
    release(before, now);
  }
}
