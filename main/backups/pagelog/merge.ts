import { createHash } from 'node:crypto';
import { encodeSegmentEnd, type SegmentHeader, segmentMagic } from './segment.ts';
import type { SegmentFile } from './segment-file.ts';

const pieceBytes = 2 ** 20;

/** Consecutive segments of one chain as one, in pieces. Throws INTEGRITY where one does not match its hash. */
export function* mergeSegments(segments: readonly SegmentFile[]): Generator<Uint8Array> {
  const hash = createHash('sha256').update(segmentMagic);
  yield segmentMagic;
  for (const segment of segments) {
    segment.check();
    const body = segment.header.commits.reduce((sum, [, , , bytes]) => sum + bytes, 0);
    for (let at = 0; at < body; at += pieceBytes) {
      const piece = segment.read(segmentMagic.length + at, Math.min(pieceBytes, body - at));
      hash.update(piece);
      yield piece;
    }
  }
  yield encodeSegmentEnd(mergedHeader(segments.map(({ header }) => header)), hash);
}

function mergedHeader(headers: readonly SegmentHeader[]): SegmentHeader {
  const [first] = headers;
  const last = headers.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('there is nothing to merge');
  // where a capture goes on is of no use on another machine
  return {
    ...last,
    after: first.after,
    commits: headers.flatMap(({ commits }) => commits),
    position: null,
    closed: null,
  };
}
