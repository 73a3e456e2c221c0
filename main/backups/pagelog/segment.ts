import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { uuidPattern } from '../../../shared/ids.ts';
import { pagesInGroup } from './page-delta.ts';

/** Format number of a segment of the page log (docs/formats/page-log.md). */
export const segmentFormat = 1;

/** What a segment begins with. */
export const segmentMagic = Buffer.from([0x48, 0x46, 0x50, 0x4c, segmentFormat, 0, 0, 0]); // HFPL

/** Bytes behind the header: its length and the SHA-256 of everything before. */
const endBytes = 4 + 32;
const mostHeaderBytes = 2 ** 25;

const count = z.int().nonnegative();
const word = z.int();

const header = z.strictObject({
  format: z.literal(segmentFormat),
  /** The unbroken line of captures that it belongs to. */
  chain: z.string().regex(uuidPattern),
  /** Number of the segment in its chain; a merged one has that of its last part. */
  seq: count,
  pageSize: z.int().min(512).max(65_536),
  /** The commit that its first one follows. */
  after: z.strictObject({ seq: count, time: count, pages: count }),
  /** Number and time (epoch ms) of each commit, pages of the database after it, bytes of it in the body. */
  commits: z.array(z.tuple([count, count, count, count])),
  /** How far into the write-ahead log the capture had come: salts, frames, running checksum. Null: to nothing. */
  position: z
    .strictObject({ salt1: word, salt2: word, frame: count, checksum: z.tuple([word, word]) })
    .nullable(),
  /** The database file when the capture ended with everything in it; null where it went on. */
  closed: z.strictObject({ bytes: count, mtimeNs: z.string(), inode: z.string() }).nullable(),
});

/** What a segment says of itself. */
export type SegmentHeader = z.infer<typeof header>;
export type SegmentCommit = SegmentHeader['commits'][number];

/** What stands behind the body, given the hash that has taken in magic and body. */
export function encodeSegmentEnd(content: SegmentHeader, hash: ReturnType<typeof createHash>): Buffer {
  const json = Buffer.from(JSON.stringify(content));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  hash.update(json).update(length);
  return Buffer.concat([json, length, hash.digest()]);
}

/** Reads part of a segment: `length` bytes at `position`. */
export type SegmentReader = (position: number, length: number) => Uint8Array;

/** The header of a segment of `bytes` bytes, which have not been held against their hash. Errors: INTEGRITY, NEWER_FORMAT. */
export function readSegmentHeader(read: SegmentReader, bytes: number, where: string): SegmentHeader {
  if (bytes < segmentMagic.length + endBytes) throw damagedSegment(where, 'it is cut short');
  const magic = Buffer.from(read(0, segmentMagic.length));
  if (!magic.subarray(0, 4).equals(segmentMagic.subarray(0, 4))) throw damagedSegment(where, 'it is none');
  const format = magic[4] ?? 0;
  if (format > segmentFormat) {
    throw new HoldfastError(
      'NEWER_FORMAT',
      `The page log has segments of format ${format}; this version knows up to ${segmentFormat}. Install the newer version.`,
      { what: 'segment', found: format, known: segmentFormat },
    );
  }
  const length = Buffer.from(read(bytes - endBytes, 4)).readUInt32LE();
  const start = bytes - endBytes - length;
  if (start < segmentMagic.length || length > mostHeaderBytes) throw damagedSegment(where, 'it is cut short');
  const parsed = header.safeParse(jsonOf(read(start, length)));
  if (!parsed.success) throw damagedSegment(where, 'its header is not one');
  const body = parsed.data.commits.reduce((sum, [, , , size]) => sum + size, 0);
  if (body !== start - segmentMagic.length) throw damagedSegment(where, 'its commits do not fill it');
  return parsed.data;
}

/** Holds a segment against the hash at its end. Throws INTEGRITY. */
export function checkSegment(read: SegmentReader, bytes: number, where: string): void {
  const hash = createHash('sha256');
  const end = bytes - 32;
  for (let at = 0; at < end; ) {
    const piece = read(at, Math.min(2 ** 20, end - at));
    if (piece.length === 0) throw damagedSegment(where, 'it is cut short');
    hash.update(piece);
    at += piece.length;
  }
  if (!hash.digest().equals(read(end, 32))) throw damagedSegment(where, 'it does not match its hash');
}

/** The pages of one group: their numbers, and the zstd frame that holds them. */
export interface PageGroup {
  readonly pages: readonly number[];
  readonly packed: Uint8Array;
}

/** One group as it stands in a body: count, page numbers, length and frame. */
export function encodeGroup({ pages, packed }: PageGroup): Buffer {
  const head = Buffer.alloc(1 + 4 * pages.length + 4);
  head.writeUInt8(pages.length, 0);
  for (const [at, page] of pages.entries()) head.writeUInt32LE(page, 1 + 4 * at);
  head.writeUInt32LE(packed.length, 1 + 4 * pages.length);
  return Buffer.concat([head, packed]);
}

/** More than the largest group: 16 pages of 64 KiB that do not compress. */
const windowBytes = 2 ** 21;

/** The groups of one commit: `bytes` bytes of a segment at `position`. Throws INTEGRITY. */
export async function* readGroups(
  read: (position: number, length: number) => Uint8Array | Promise<Uint8Array>,
  { position, bytes }: { readonly position: number; readonly bytes: number },
  where: string,
): AsyncGenerator<PageGroup> {
  const end = position + bytes;
  for (let at = position; at < end; ) {
    const piece = await read(at, Math.min(windowBytes, end - at));
    const window = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    let used = 0;
    for (let found = groupAt(window, 0); found !== undefined; found = groupAt(window, used)) {
      used = found.end;
      yield found.group;
    }
    if (used === 0) throw damagedSegment(where, 'a group of pages is cut short');
    at += used;
  }
}

/** The group that begins at a byte of a window, if all of it is in there. */
function groupAt(
  window: Buffer,
  at: number,
): { readonly group: PageGroup; readonly end: number } | undefined {
  const pagesHere = window[at] ?? 0;
  const frame = at + 1 + 4 * pagesHere + 4;
  if (pagesHere === 0 || pagesHere > pagesInGroup || frame > window.length) return undefined;
  const end = frame + window.readUInt32LE(frame - 4);
  if (end > window.length) return undefined;
  const pages = Array.from({ length: pagesHere }, (_, index) => window.readUInt32LE(at + 1 + 4 * index));
  return { group: { pages, packed: window.subarray(frame, end) }, end };
}

export function damagedSegment(where: string, what: string): HoldfastError {
  return new HoldfastError('INTEGRITY', `Segment ${where} of the page log is damaged: ${what}.`, {
    problems: [{ file: where, what }],
  });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
