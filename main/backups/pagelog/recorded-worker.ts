import { statSync } from 'node:fs';
import { serveTasks } from '../../jobs/serve-tasks.ts';
import { type CommitBlock, packCommits } from '../timeline/commit-blocks.ts';
import { segmentPaths } from './local-segments.ts';
import type { SegmentHeader } from './segment.ts';
import { withSegment } from './segment-file.ts';

/** Commits after number `after` of the segments in a folder are asked for. */
export interface RecordedTask {
  readonly folder: string;
  readonly after: number;
}

/** Segments do not change, and the same ones are asked for with each look at the timeline. */
const known = new Map<string, SegmentHeader['commits']>();
const mostKnown = 64;

serveTasks<RecordedTask, CommitBlock[]>(({ folder, after }) => {
  try {
    return recordedIn(folder, after);
  } catch (error) {
    // merged meanwhile: the files have other names now
    if (!isGone(error)) throw error;
    return recordedIn(folder, after);
  }
});

function recordedIn(folder: string, after: number): CommitBlock[] {
  const commits: [number, number][] = [];
  let reached = after;
  for (const path of segmentPaths(folder)) {
    for (const [seq, time] of commitsOf(path)) {
      if (seq <= reached) continue;
      commits.push([seq, time]);
      reached = seq;
    }
  }
  return packCommits(commits);
}

function commitsOf(path: string): SegmentHeader['commits'] {
  const key = `${path}:${statSync(path).size}`;
  const commits = known.get(key) ?? withSegment(path, ({ header }) => header.commits);
  if (known.size >= mostKnown) known.clear();
  known.set(key, commits);
  return commits;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
