import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isSegmentName, withSegment } from './segment-file.ts';

/** A segment that waits in the data folder, and the last commit that it leads to. */
export interface LocalSegment {
  readonly path: string;
  readonly through: number;
}

/** The paths of a chain's segments in order. */
export function segmentPaths(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(isSegmentName)
    .sort()
    .map((name) => join(folder, name));
}

/** A chain's segments in order. Errors: INTEGRITY, NEWER_FORMAT, the system's. */
export function localSegments(folder: string): LocalSegment[] {
  return segmentPaths(folder).map((path) =>
    withSegment(path, ({ header: { commits, after } }) => ({
      path,
      through: commits.at(-1)?.[0] ?? after.seq,
    })),
  );
}

/** Removes what a snapshot holds, up to a commit; not the newest: from it a capture goes on. */
export function removeThrough(folder: string, commit: number): void {
  for (const { path, through } of localSegments(folder).slice(0, -1)) {
    if (through <= commit) rmSync(path, { force: true });
  }
}
