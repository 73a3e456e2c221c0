import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { nameBytes, nameFromBytes } from '../../main/backups/container/go-text.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { encodeTree, type TreeNode } from '../../main/backups/container/tree.ts';
import { folderDigest, restic } from './restic-program.ts';

const password = 'made by restic';
let folder: string;
let source: string;
let repositoryFolder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-restic-'));
  source = join(folder, 'source');
  repositoryFolder = join(folder, 'repository');
  mkdirSync(join(source, 'deep', 'er "dir" <&>'), { recursive: true });
  writeFileSync(join(source, 'deep', 'er "dir" <&>', 'Ü\u2028\n日本'), 'odd name');
  writeFileSync(join(source, 'empty'), '');
  writeFileSync(join(source, 'large'), Buffer.alloc(5_000_000, 'all work and no play '));
  writeFileSync(Buffer.from(`${source}/bytes-\xff\xfe`, 'latin1'), 'not UTF-8');
  symlinkSync('to <where> & "how"', join(source, 'link'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function withRepository<T>(use: (repository: Repository) => Promise<T>): Promise<T> {
  const repository = await Repository.open(new FolderFiles(repositoryFolder), { password });
  try {
    return await use(repository);
  } finally {
    await repository.close();
  }
}

/** Restores as a host program would, with names as bytes. */
async function restore(repository: Repository, treeId: string, target: Buffer): Promise<void> {
  for (const node of await repository.loadTree(treeId)) {
    const path = Buffer.concat([target, Buffer.from('/'), nameBytes(node.name)]);
    if (node.type === 'dir') {
      mkdirSync(path);
      await restore(repository, node.subtree ?? '', path);
    } else if (node.type === 'file') {
      const pieces: Uint8Array[] = [];
      for await (const piece of repository.readFile(node)) pieces.push(Uint8Array.from(piece));
      writeFileSync(path, Buffer.concat(pieces));
    }
  }
}

async function allTrees(repository: Repository, id: string): Promise<[string, readonly TreeNode[]][]> {
  const nodes = await repository.loadTree(id);
  const below = await Promise.all(nodes.map(({ subtree }) => (subtree ? allTrees(repository, subtree) : [])));
  return [[id, nodes], ...below.flat()];
}

describe('a repository that restic made', () => {
  test('is checked, listed and restored by us byte for byte', async () => {
    restic(repositoryFolder, password, 'init');
    restic(repositoryFolder, password, 'backup', '--tag', 'a', '--tag', 'b', source);
    await withRepository(async (repository) => {
      expect(await repository.check('content')).toMatchObject({
        problems: [],
        unusedPacks: [],
        snapshots: 1,
      });
      const [snapshot] = await repository.listSnapshots();
      expect(snapshot).toMatchObject({ paths: [source], tags: ['a', 'b'] });
      const target = join(folder, 'ours');
      mkdirSync(target);
      await restore(repository, snapshot?.tree ?? '', Buffer.from(target));
      expect(folderDigest(join(target, source))).toBe(folderDigest(source));
    });
  });

  test('has trees that we encode to the very same bytes', async () => {
    restic(repositoryFolder, password, 'init');
    restic(repositoryFolder, password, 'backup', source);
    await withRepository(async (repository) => {
      const [snapshot] = await repository.listSnapshots();
      const trees = await allTrees(repository, snapshot?.tree ?? '');
      expect(trees.length).toBeGreaterThan(3);
      for (const [id, nodes] of trees) {
        expect(createHash('sha256').update(encodeTree(nodes)).digest('hex')).toBe(id);
      }
      const names = trees.flatMap(([, nodes]) => nodes.map(({ name }) => name));
      expect(names).toContain('Ü\u2028\n日本');
      expect(names).toContain(nameFromBytes(Buffer.from('bytes-\xff\xfe', 'latin1')));
    });
  });

  test('takes a snapshot of ours, sharing the blobs that are alike', async () => {
    restic(repositoryFolder, password, 'init');
    restic(repositoryFolder, password, 'backup', source);
    await withRepository(async (repository) => {
      const [snapshot] = await repository.listSnapshots();
      const writer = await repository.begin();
      const nodes = await repository.loadTree(snapshot?.tree ?? '');
      const tree = await writer.saveTree(nodes);
      const { bytesAdded, blobsNew } = await writer.commit({
        ...snapshot,
        time: '2026-01-01T00:00:00Z',
        tree,
        paths: ['/'],
      });
      expect(tree).toBe(snapshot?.tree);
      expect(blobsNew).toBe(0);
      expect(bytesAdded).toBeLessThan(1000);
    });
    expect(restic(repositoryFolder, password, 'check', '--read-data')).toContain('no errors were found');
  });

  test('of format version 1 is read, and never written to', async () => {
    restic(repositoryFolder, password, 'init', '--repository-version', '1');
    restic(repositoryFolder, password, 'backup', source);
    await withRepository(async (repository) => {
      expect(await repository.check('content')).toMatchObject({ problems: [], snapshots: 1 });
      await expect(repository.begin()).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });
});
