import { z } from 'zod';
import { damaged } from './damage.ts';
import { goObject, goString, goStrings, goTimePattern } from './go-text.ts';
import { contentNamePattern } from './repository-files.ts';

/** A snapshot file in restic's terms. */
export interface SnapshotRecord {
  /** RFC 3339, up to nanoseconds. */
  readonly time: string;
  readonly parent?: string | undefined;
  /** Id of the root tree. */
  readonly tree: string;
  readonly paths: readonly string[];
  readonly hostname?: string | undefined;
  readonly username?: string | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly excludes?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** The first id, after the tags were changed. */
  readonly original?: string | undefined;
  readonly programVersion?: string | undefined;
}

/** A snapshot that lies in a repository. */
export interface Snapshot extends SnapshotRecord {
  readonly id: string;
}

/** The JSON of a snapshot file, fields in restic's order. */
export function encodeSnapshot(snapshot: SnapshotRecord): string {
  const text = (value: string | undefined) => (value ? goString(value) : undefined);
  const texts = (values: readonly string[] | undefined) => (values?.length ? goStrings(values) : undefined);
  const number = (value: number | undefined) => (value ? String(value) : undefined);
  return goObject([
    ['time', goString(snapshot.time)],
    ['parent', text(snapshot.parent)],
    ['tree', goString(snapshot.tree)],
    ['paths', goStrings(snapshot.paths)],
    ['hostname', text(snapshot.hostname)],
    ['username', text(snapshot.username)],
    ['uid', number(snapshot.uid)],
    ['gid', number(snapshot.gid)],
    ['excludes', texts(snapshot.excludes)],
    ['tags', texts(snapshot.tags)],
    ['original', text(snapshot.original)],
    ['program_version', text(snapshot.programVersion)],
  ]);
}

const id = z.string().regex(contentNamePattern);
const storedSnapshot = z.object({
  time: z.string().regex(goTimePattern),
  parent: id.optional(),
  tree: id,
  paths: z.array(z.string()).nullable(),
  hostname: z.string().optional(),
  username: z.string().optional(),
  uid: z.int().nonnegative().optional(),
  gid: z.int().nonnegative().optional(),
  excludes: z.array(z.string()).nullable().optional(),
  tags: z.array(z.string()).nullable().optional(),
  original: id.optional(),
  program_version: z.string().optional(),
});

/** Throws INTEGRITY when the JSON is no snapshot. */
export function parseSnapshot(json: unknown, snapshotId: string): Snapshot {
  const parsed = storedSnapshot.safeParse(json);
  if (!parsed.success) throw damaged(`snapshots/${snapshotId}`, 'it is not a snapshot', parsed.error);
  const { program_version: programVersion, paths, excludes, tags, ...rest } = parsed.data;
  return {
    ...rest,
    id: snapshotId,
    paths: paths ?? [],
    excludes: excludes ?? undefined,
    tags: tags ?? undefined,
    programVersion,
  };
}
