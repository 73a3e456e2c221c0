import { createHash } from 'node:crypto';
import { damagedSegment, encodeSegmentEnd, type SegmentHeader, segmentMagic } from './segment.ts';
import { SegmentFile, withSegment } from './segment-file.ts';

const pieceBytes = 2 ** 20;
/** A header that lists more than that takes long to read; then there are several merged segments. */
const mostCommits = 500_000;

/** Consecutive segments taken as one: its header, and the files that its body is in. */
export interface MergedSegment {
  readonly header: SegmentHeader;
  readonly paths: readonly string[];
}

/** Consecutive segments of one chain as few ones. Errors: INTEGRITY (a gap), NEWER_FORMAT, the system's. */
export function mergeSegments(paths: readonly string[]): MergedSegment[] {
  const merged: { header: SegmentHeader; readonly paths: string[] }[] = [];
  for (const path of paths) {
    const header = withSegment(path, (segment) => segment.header);
    const before = merged.at(-1);
    const reached = before?.header.commits.at(-1)?.[0] ?? before?.header.after.seq ?? header.after.seq;
    if (header.after.seq !== reached) throw damagedSegment(path, `it does not follow commit ${reached}`);
    // where a capture goes on is of no use on another machine
    const own = { ...header, position: null, closed: null };
    if (before === undefined || before.header.commits.length + header.commits.length > mostCommits) {
      merged.push({ header: own, paths: [path] });
      continue;
    }
    const { after, commits } = before.header;
    for (const commit of header.commits) commits.push(commit);
    before.header = { ...own, after, commits };
    before.paths.push(path);
  }
  return merged;
}

/** The bytes of a merged segment, in pieces. Throws INTEGRITY where a part does not match its hash. */
export function* mergedBytes({ header, paths }: MergedSegment): Generator<Uint8Array> {
  const hash = createHash('sha256').update(segmentMagic);
  yield segmentMagic;
  for (const piece of mergedBody(paths)) {
    hash.update(piece);
    yield piece;
  }
  yield encodeSegmentEnd(header, hash);
}

/** The bodies of segments one after the other, in pieces; one file is open at a time. Throws INTEGRITY. */
export function* mergedBody(paths: readonly string[]): Generator<Uint8Array> {
  for (const path of paths) {
    const segment = new SegmentFile(path);
    try {
      segment.check();
      const body = segment.header.commits.reduce((sum, [, , , bytes]) => sum + bytes, 0);
      for (let at = 0; at < body; at += pieceBytes) {
        yield segment.read(segmentMagic.length + at, Math.min(pieceBytes, body - at));
      }
    } finally {
      segment.close();
    }
  }
}
