import { createHash } from 'node:crypto';
import { damagedSegment, encodeSegmentEnd, type SegmentHeader, segmentMagic } from './segment.ts';
import { SegmentFile, withSegment } from './segment-file.ts';

const pieceBytes = 2 ** 20;

/** The header of consecutive segments of one chain taken as one. Errors: INTEGRITY, NEWER_FORMAT, the system's. */
export function mergedHeader(paths: readonly string[]): SegmentHeader | undefined {
  const headers = paths.map((path) => withSegment(path, ({ header }) => header));
  const [first] = headers;
  const last = headers.at(-1);
  if (first === undefined || last === undefined) return undefined;
  for (const [at, { after }] of headers.entries()) {
    const before = headers[at - 1];
    const reached = before?.commits.at(-1)?.[0] ?? before?.after.seq ?? after.seq;
    if (after.seq !== reached) throw damagedSegment(paths[at] ?? '', `it does not follow commit ${reached}`);
  }
  // where a capture goes on is of no use on another machine
  return {
    ...last,
    after: first.after,
    commits: headers.flatMap(({ commits }) => commits),
    position: null,
    closed: null,
  };
}

/** The bytes of that one segment, in pieces; one file is open at a time. Throws INTEGRITY where one does not match its hash. */
export function* mergedSegment(header: SegmentHeader, paths: readonly string[]): Generator<Uint8Array> {
  const hash = createHash('sha256').update(segmentMagic);
  yield segmentMagic;
  for (const path of paths) {
    const segment = new SegmentFile(path);
    try {
      segment.check();
      const body = segment.header.commits.reduce((sum, [, , , bytes]) => sum + bytes, 0);
      for (let at = 0; at < body; at += pieceBytes) {
        const piece = segment.read(segmentMagic.length + at, Math.min(pieceBytes, body - at));
        hash.update(piece);
        yield piece;
      }
    } finally {
      segment.close();
    }
  }
  yield encodeSegmentEnd(header, hash);
}
