import { createHash } from 'node:crypto';
import type { PackedBlob } from './blob.ts';
import type { BlobIndex } from './blob-index.ts';
import { throwIfCancelled } from './cancelling.ts';
import { type CheckOptions, checkStoredFiles, type Problem, problemOf } from './check-stored.ts';
import { packSize, parsePack } from './pack.ts';
import { pipelined } from './pipeline.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import type { SealPool } from './seal-pool.ts';
import { loadSealedJson } from './sealed-json.ts';
import type { SealingKeys } from './sealing.ts';
import { parseSnapshot } from './snapshot-file.ts';
import type { TreeNode } from './tree.ts';

/**
 * `files`: every file is there in its right size, every snapshot's trees and blobs are indexed. `stored`:
 * also the SHA-256 of every stored file. `content`: also every blob is unsealed and hashed.
 */
export type CheckLevel = 'files' | 'stored' | 'content';

export interface CheckReport {
  readonly problems: readonly Problem[];
  readonly snapshots: number;
  readonly packs: number;
  /** Stored bytes of all packs. */
  readonly bytes: number;
  /** Packs that no index names: left over, harmless, removed by a prune. */
  readonly unusedPacks: readonly string[];
}

export interface Checked {
  readonly files: RepositoryFiles;
  readonly keys: SealingKeys;
  readonly pool: SealPool;
  readonly index: BlobIndex;
  readonly loadTree: (id: string) => Promise<readonly TreeNode[]>;
}

/** Checks a repository and reports every problem it finds; throws only when it cannot go on. */
export async function checkRepository(
  checked: Checked,
  level: CheckLevel,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const { files, index } = checked;
  const problems: Problem[] = [];
  // snapshots are listed before anything they may refer to
  const snapshots = await files.list('snapshots');
  const stored = new Map((await files.list('data')).map(({ name, size }) => [name, size]));
  for (const [pack, blobs] of index.packs()) {
    const size = stored.get(pack);
    if (size === undefined) problems.push({ file: fileLabel('data', pack), what: 'the pack is missing' });
    else if (size !== packSize(blobs)) {
      problems.push({
        file: fileLabel('data', pack),
        what: `the pack has ${size} bytes, not ${packSize(blobs)}`,
      });
    }
  }
  problems.push(...(await checkStructure(checked, snapshots, options)));
  if (level !== 'files') {
    const kinds = ['keys', 'snapshots', 'index'] as const;
    const all = level === 'stored' ? ([...kinds, 'data'] as const) : kinds;
    problems.push(...(await checkStoredFiles(files, { ...options, kinds: all })));
  }
  if (level === 'content') problems.push(...(await checkContent(checked, stored, options)));
  return {
    problems: distinct(problems),
    snapshots: snapshots.length,
    packs: stored.size,
    bytes: [...stored.values()].reduce((sum, size) => sum + size, 0),
    unusedPacks: [...stored.keys()].filter((pack) => !index.packs().has(pack)),
  };
}

async function checkStructure(
  { files, keys, index, loadTree }: Checked,
  snapshots: readonly { readonly name: string }[],
  options: CheckOptions,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const walk = async (root: string) => {
    const waiting = [root];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      throwIfCancelled(options.signal);
      if (seen.has(id)) continue;
      seen.add(id);
      const tree = id;
      const what = await problemOf(async () => {
        const nodes = await loadTree(tree);
        for (const { subtree } of nodes) if (subtree !== undefined) waiting.push(subtree);
        const missing = nodes
          .flatMap(({ content }) => content ?? [])
          .find((blob) => !index.has('data', blob));
        return missing === undefined ? undefined : `a file in it needs blob ${missing}, which no index names`;
      });
      if (what !== undefined) problems.push({ file: `tree ${tree}`, what });
    }
  };
  for (const [done, { name }] of snapshots.entries()) {
    const what = await problemOf(async () => {
      const snapshot = parseSnapshot(await loadSealedJson(files, keys, 'snapshots', name), name);
      await walk(snapshot.tree);
      return undefined;
    });
    if (what !== undefined) problems.push({ file: fileLabel('snapshots', name), what });
    options.onProgress?.({ phase: 'checking-structure', done: done + 1, total: snapshots.length, bytes: 0 });
  }
  return problems;
}

async function checkContent(
  checked: Checked,
  stored: ReadonlyMap<string, number>,
  options: CheckOptions,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const packs = [...checked.index.packs()].filter(([pack]) => stored.has(pack));
  let bytes = 0;
  for (const [done, [pack, blobs]] of packs.entries()) {
    throwIfCancelled(options.signal);
    const file = fileLabel('data', pack);
    const what = await problemOf(async () => {
      for (const problem of await checkPack(checked, pack, blobs)) problems.push({ file, what: problem });
      return undefined;
    });
    if (what !== undefined) problems.push({ file, what });
    bytes += stored.get(pack) ?? 0;
    options.onProgress?.({ phase: 'checking-content', done: done + 1, total: packs.length, bytes });
  }
  return problems;
}

async function checkPack(
  { files, keys, pool }: Checked,
  name: string,
  indexed: readonly PackedBlob[],
): Promise<readonly string[]> {
  const label = fileLabel('data', name);
  const pack = await files.read('data', name);
  const hash = createHash('sha256').update(pack).digest('hex');
  const problems = hash === name ? [] : ['its bytes do not match its name'];
  const key = (blob: PackedBlob) =>
    `${blob.kind} ${blob.id} ${blob.offset} ${blob.length} ${blob.plainLength ?? 'plain'}`;
  const listed = new Set(parsePack(keys, pack, label).map(key));
  if (listed.size !== indexed.length || !indexed.every((blob) => listed.has(key(blob)))) {
    problems.push('its header and the index differ');
  }
  const opened = pipelined(indexed, pool.size * 2, (blob) =>
    problemOf(async () => {
      await pool.open(pack.slice(blob.offset, blob.offset + blob.length), blob, label);
      return undefined;
    }),
  );
  for await (const problem of opened) if (problem !== undefined) problems.push(problem);
  return problems;
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.file} ${problem.what}`, problem])).values()];
}
