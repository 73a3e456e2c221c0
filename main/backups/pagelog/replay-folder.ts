import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestDatabase } from '../snapshot/manifest.ts';
import { replay } from './replay.ts';
import { damagedSegment } from './segment.ts';
import { isSegmentName, SegmentFile } from './segment-file.ts';

/**
 * Brings the base of a database, in a file that nobody has open, forward over the segments in a folder to the commit
 * that a snapshot's manifest names, or to the last one until then (epoch ms). Nothing is synced. Errors: INTEGRITY, IO, STORAGE_FULL.
 */
export async function replayFolder(
  file: string,
  { commits, pageSize, pages, name }: ManifestDatabase,
  folder: string,
  until: number | null,
): Promise<void> {
  const segments: SegmentFile[] = [];
  const descriptor = openSync(file, 'r+');
  try {
    const names = readdirSync(folder).filter(isSegmentName).sort();
    for (const each of names) segments.push(new SegmentFile(join(folder, each)));
    const target = { descriptor, pageSize, pages, seq: commits.first };
    const readable = segments.map(({ header, path, read }) => ({
      header,
      name: path.slice(folder.length + 1),
      read,
    }));
    await replay(target, readable, until === null ? { commit: commits.last } : { time: until });
    if (until === null && target.seq !== commits.last)
      throw damagedSegment(name, `the log ends at commit ${target.seq}`);
  } finally {
    closeSync(descriptor);
    for (const segment of segments) segment.close();
  }
}
