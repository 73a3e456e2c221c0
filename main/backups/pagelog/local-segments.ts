import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mergedBody, mergeSegments } from './merge.ts';
import { isSegmentName, SegmentFileWriter, withSegment } from './segment-file.ts';

/** A segment that waits in the data folder: the commits that it leads from and to, and its bytes. */
interface LocalSegment {
  readonly path: string;
  readonly after: number;
  readonly through: number;
  readonly bytes: number;
}

/** Bytes below which segments are merged once there are `mostOfASize` of them. */
const sizes = [2 ** 16, 2 ** 21, 2 ** 26] as const;
const mostOfASize = 32;

/** The paths of a chain's segments in order. */
export function segmentPaths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(isSegmentName)
    .sort()
    .map((name) => join(folder, name));
}

/**
 * A chain's segments in the data folder, each looked at once; few, however long they wait. All methods throw INTEGRITY,
 * NEWER_FORMAT, the system's errors.
 */
export class LocalSegments {
  readonly #folder: string;
  #known: ReadonlyMap<string, LocalSegment> = new Map();
  /** Up to this commit the files are being read. */
  #handedOut = -1;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The paths of those with commits after `commit`; up to `through` they stay as they are until the next call. */
  handOut(commit: number, through: number): string[] {
    this.#handedOut = -1; // nobody reads the earlier ones any more
    this.merge();
    this.#handedOut = through;
    return this.#list()
      .filter((segment) => segment.through > commit)
      .map(({ path }) => path);
  }

  /** Removes what a snapshot holds, up to a commit; not the newest: from it a capture goes on. */
  removeThrough(commit: number): void {
    for (const { path, through } of this.#list().slice(0, -1)) {
      if (through <= commit) rmSync(path, { force: true });
    }
  }

  /** Where many small ones wait, makes one of them. */
  merge(): void {
    let bytesBelow = 0;
    for (const bytes of sizes) {
      const waiting = this.#list().slice(0, -1);
      const end = waiting.findLastIndex((each) => each.bytes >= bytes || each.after < this.#handedOut);
      const run = waiting.slice(end + 1);
      const ofThisSize = run.filter((each) => each.bytes >= bytesBelow).length;
      if (ofThisSize >= mostOfASize) this.#mergeRun(run.map(({ path }) => path));
      bytesBelow = bytes;
    }
  }

  #mergeRun(paths: readonly string[]): void {
    for (const { header, paths: parts } of mergeSegments(paths)) {
      const writer = new SegmentFileWriter(this.#folder, header.seq);
      try {
        for (const piece of mergedBody(parts)) writer.write(piece);
        writer.finish(header);
      } catch (error) {
        writer.abandon();
        throw error;
      }
      // the last one's name is that of the whole
      for (const path of parts.slice(0, -1)) rmSync(path, { force: true });
    }
    this.#known = new Map();
  }

  #list(): LocalSegment[] {
    const segments = segmentPaths(this.#folder).map((path) => this.#known.get(path) ?? lookAt(path));
    this.#known = new Map(segments.map((segment) => [segment.path, segment]));
    return segments.filter((each, at) => {
      const after = segments.slice(at + 1).find((later) => later.after < each.through);
      if (after === undefined) return true;
      // a merging was cut off before it had removed the parts
      rmSync(each.path, { force: true });
      return false;
    });
  }
}

function lookAt(path: string): LocalSegment {
  return withSegment(path, ({ header: { after, commits }, bytes }) => ({
    path,
    after: after.seq,
    through: commits.at(-1)?.[0] ?? after.seq,
    bytes,
  }));
}
