import { lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { journalOf } from '../../storage/foreign-database.ts';
import { excludedBy } from './excludes.ts';
import { type Entry, listFolder, noteRefusal } from './list-folder.ts';
import { type EntryNote, EntryNotes } from './notes.ts';
import { EntryReader } from './read-entry.ts';
import { folderGone } from './save-folder.ts';

export interface FolderPreview {
  readonly files: number;
  readonly bytes: number;
  readonly folders: number;
  readonly links: number;
  readonly databases: number;
  readonly special: number;
  readonly warnings: number;
  readonly notes: readonly EntryNote[];
}

/** Counts what a backup of a folder would take, and tries to open every file. Errors: NOT_FOUND, CANCELLED. */
export async function previewFolder(
  { path, excludes }: { readonly path: string; readonly excludes: readonly string[] },
  { progress, signal }: WorkerContext,
): Promise<FolderPreview> {
  progress.phase('Looking at files', null, 'files');
  const excluded = excludedBy(excludes);
  const notes = new EntryNotes();
  const counts = { files: 0, bytes: 0, folders: 0, links: 0, databases: 0 };
  const bytes = Buffer.from(path);
  const root = { name: '', path: bytes, below: '', stat: lstatSync(bytes, { bigint: true }) };
  const waiting: Entry[] = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    await setImmediate(); // lets a cancel in
    signal.throwIfAborted();
    const listed = listFolder(folder, excluded, notes);
    if (listed === undefined) {
      if (folder === root) throw folderGone();
      continue;
    }
    counts.folders += listed.folders.length;
    counts.links += listed.links.length;
    waiting.push(...listed.folders);
    for (const entry of listed.files) {
      const isDatabase = look(entry, notes);
      const companions = isDatabase === false ? entry.companions : [];
      if (isDatabase) counts.databases += 1;
      for (const { stat } of isDatabase === undefined ? [] : [entry, ...companions]) {
        counts.files += 1;
        counts.bytes += Number(stat.size);
      }
      progress.advance(1);
    }
  }
  return { ...counts, special: notes.special, warnings: notes.warnings, notes: notes.listed };
}

/** Whether a file is a database; undefined where it cannot be opened. */
function look({ path, below }: Entry, notes: EntryNotes): boolean | undefined {
  try {
    const reader = new EntryReader(path);
    try {
      return journalOf(reader.header()) !== undefined;
    } finally {
      reader.close();
    }
  } catch (error) {
    noteRefusal(below, notes, error);
    return undefined;
  }
}
