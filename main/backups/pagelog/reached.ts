import { existsSync, statSync } from 'node:fs';
import type { RawStore } from '../../storage/page-reader.ts';
import { WalFile, type WalPlace, type WalSalts } from '../../storage/wal-frames.ts';
import { doubt } from './doubt.ts';
import type { SegmentHeader } from './segment.ts';

/** How far a capture has come: frames of one generation of the log, known by its salts. */
export interface Reached {
  readonly salts: WalSalts | null;
  readonly place: WalPlace;
  /** The newest captured frame of each page in this generation. */
  readonly frameOf: Map<number, number>;
}

/** At the beginning of whatever log there will be. */
const nothing = (): Reached => ({
  salts: null,
  place: { frame: 0, checksum: { s0: 0, s1: 0 } },
  frameOf: new Map(),
});

/** What tells whether anybody wrote to a database file, or put another in its place. */
export function fileAsItIs(file: string): NonNullable<SegmentHeader['closed']> {
  const { size, mtimeNs, ino } = statSync(file, { bigint: true });
  return { bytes: Number(size), mtimeNs: String(mtimeNs), inode: String(ino) };
}

/** What the log holds in so many frames, all of it taken as captured. */
export function readThrough({ file, name }: RawStore, frames: number): Reached {
  if (frames === 0) return nothing();
  const log = new WalFile(file, name);
  try {
    return framesUpTo(log, frames);
  } finally {
    log.close();
  }
}

function framesUpTo(log: WalFile, last: number): Reached {
  const { salt1, salt2 } = log.header;
  const place = log.beginning();
  const frameOf = new Map<number, number>();
  for (const { number, page } of log.frames(last, place)) frameOf.set(page, number);
  return { salts: { salt1, salt2 }, place, frameOf };
}

/** Where a capture goes on that ended with such a segment, in a log of so many frames. Throws a doubt. */
export function reachedBefore(
  { file, name }: RawStore,
  frames: number,
  { position, closed }: SegmentHeader,
): Reached {
  if (closed !== null) {
    const { bytes, mtimeNs, inode } = fileAsItIs(file);
    const same = bytes === closed.bytes && mtimeNs === closed.mtimeNs && inode === closed.inode;
    if (!same) throw doubt('another program wrote to the database, or its file was replaced');
  }
  if (!existsSync(`${file}-wal`) || frames === 0) {
    if (closed !== null) return nothing();
    throw doubt('the write-ahead log is gone');
  }
  const log = new WalFile(file, name);
  try {
    const { salt1, salt2 } = log.header;
    if (position !== null && salt1 === position.salt1 && salt2 === position.salt2) {
      if (position.frame > frames) throw doubt('the write-ahead log became shorter');
      const reached = framesUpTo(log, position.frame);
      const { s0, s1 } = reached.place.checksum;
      if (s0 === position.checksum[0] && s1 === position.checksum[1]) return reached;
    }
    // all of it was in the file, and a writer began the log anew
    if (closed !== null || (position !== null && salt1 === (position.salt1 + 1) >>> 0)) return nothing();
    throw doubt('the write-ahead log is another one');
  } finally {
    log.close();
  }
}
