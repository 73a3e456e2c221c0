import { readFileSync } from 'node:fs';
import { goTime } from '../container/go-text.ts';
import type { SnapshotWriter } from '../container/snapshot-writer.ts';
import { directoryNode, fileNode, type TreeNode } from '../container/tree.ts';
import type { CommitBlock } from '../timeline/commit-blocks.ts';
import { encodeManifest, type Manifest } from './manifest.ts';

export interface SnapshotMade {
  readonly id: string;
  readonly manifest: Manifest;
  readonly bytesAdded: number;
  /** When the commits were made that the first database's log holds more than the snapshot before. */
  readonly recorded: readonly CommitBlock[];
}

/** Puts a snapshot's tree together and ends the writing with it. `databases`, `files`: their folders, already stored. */
export async function commitSnapshot(
  writer: SnapshotWriter,
  manifest: Manifest,
  { databases, files }: { readonly databases: readonly TreeNode[]; readonly files: readonly TreeNode[] },
): Promise<Omit<SnapshotMade, 'recorded'>> {
  const mtimeMs = Date.parse(manifest.time);
  const { installationId, tenantId, kind, safety, app } = manifest;
  const replay = readFileSync(new URL('../replay/replay.mjs', import.meta.url));
  const tree = await writer.saveTree([
    ...databases,
    directoryNode({ name: 'files', subtree: await writer.saveTree(files), mtimeMs }),
    await smallFile(writer, 'manifest.json', encodeManifest(manifest), mtimeMs),
    await smallFile(writer, 'replay.mjs', replay, mtimeMs),
  ]);
  const { id, bytesAdded } = await writer.commit({
    time: goTime(mtimeMs),
    tree,
    paths: [`/holdfast/${installationId}/${tenantId ?? 'installation'}`],
    hostname: 'holdfast',
    tags: ['holdfast', kind, ...(safety ? ['safety'] : [])],
    programVersion: `holdfast ${app}`,
  });
  return { id, manifest, bytesAdded };
}

async function smallFile(
  writer: SnapshotWriter,
  name: string,
  bytes: Uint8Array,
  mtimeMs: number,
): Promise<TreeNode> {
  const { content, size } = await writer.saveFile([bytes], bytes.length);
  return fileNode({ name, content, size, mtimeMs });
}
