import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { companionEndings } from '../../storage/foreign-database.ts';
import { systemError } from '../../storage/system-error.ts';
import { nameFromBytes } from '../container/go-text.ts';
import type { Excluded } from './excludes.ts';
import type { EntryNotes } from './notes.ts';

/** An entry of a folder. Paths are bytes: a name need not be UTF-8. */
export interface Entry {
  readonly name: string;
  readonly path: Buffer;
  /** Below the protected folder, with `/`. */
  readonly below: string;
  readonly stat: BigIntStats;
}

export interface FileEntry extends Entry {
  /** What may be SQLite's own beside it, if this is a database. */
  readonly companions: readonly Entry[];
}

export interface Listed {
  readonly files: readonly FileEntry[];
  readonly links: readonly Entry[];
  readonly folders: readonly Entry[];
}

const separator = Buffer.from('/');

export function childPath(folder: Buffer, name: Uint8Array): Buffer {
  return Buffer.concat([folder, separator, name]);
}

/**
 * The entries of a folder that are to be saved. What cannot be looked at goes into `notes`; undefined where that is the
 * folder itself. Runs in worker threads only: it waits for the disk.
 */
export function listFolder(
  folder: { readonly path: Buffer; readonly below: string },
  excluded: Excluded,
  notes: EntryNotes,
): Listed | undefined {
  const names = attempt(folder.below, notes, () => readdirSync(folder.path, { encoding: 'buffer' }));
  if (names === undefined) return undefined;
  const files: Entry[] = [];
  const links: Entry[] = [];
  const folders: Entry[] = [];
  for (const bytes of names) {
    const name = nameFromBytes(bytes);
    const below = folder.below === '' ? name : `${folder.below}/${name}`;
    if (excluded(below)) continue;
    const path = childPath(folder.path, bytes);
    const stat = attempt(below, notes, () => lstatSync(path, { bigint: true }));
    if (stat === undefined) continue;
    const entry = { name, path, below, stat };
    if (stat.isFile()) files.push(entry);
    else if (stat.isDirectory()) folders.push(entry);
    else if (stat.isSymbolicLink()) links.push(entry);
    else notes.add(below, 'special');
  }
  return { files: withCompanions(files), links, folders };
}

/** Runs a call of the system on one entry; what it refuses goes into `notes`. Errors of other kinds are thrown. */
function attempt<Result>(below: string, notes: EntryNotes, call: () => Result): Result | undefined {
  try {
    return call();
  } catch (error) {
    noteRefusal(below, notes, error);
    return undefined;
  }
}

/** Throws what is not a refusal of the operating system. */
export function noteRefusal(below: string, notes: EntryNotes, error: unknown): void {
  const system = systemError(error);
  if (system === undefined) throw error;
  const gone = system.errno === 'ENOENT' || system.errno === 'ENOTDIR';
  notes.add(below, gone ? 'vanished' : 'unreadable', gone ? null : system.errno);
}

/** A file that is another's companion is listed behind it: only the other tells whether it is one. */
function withCompanions(files: readonly Entry[]): FileEntry[] {
  const byName = new Map(files.map((entry) => [entry.name, entry]));
  const isCompanion = ({ name }: Entry) =>
    companionEndings.some((ending) => name.endsWith(ending) && byName.has(name.slice(0, -ending.length)));
  return files
    .filter((entry) => !isCompanion(entry))
    .map((entry) => {
      const companions = companionEndings.flatMap((ending) => byName.get(`${entry.name}${ending}`) ?? []);
      return { ...entry, companions };
    });
}
