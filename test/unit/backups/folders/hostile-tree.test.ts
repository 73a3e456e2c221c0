import { lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import { fileNode, type TreeNode } from '../../../../main/backups/container/tree.ts';
import { tagsOf } from '../../../../main/backups/folders/folder-facts.ts';
import { restoreFolder } from '../../../../main/backups/folders/restore-folder.ts';
import { verifyFolder } from '../../../../main/backups/folders/verify-folder.ts';

let scratch: string;
let repository: Repository;

beforeEach(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-hostile-')));
  repository = await Repository.create(new FolderFiles(join(scratch, 'repository')), {
    keys: [{ password: 'known to the attacker too' }],
  });
});
afterEach(async () => {
  await repository.close();
  rmSync(scratch, { recursive: true, force: true });
});

const time = '2026-01-01T00:00:00Z';
const plain = { mode: 0o644, mtime: time, atime: time, ctime: time, uid: 0, gid: 0 };
const context = {
  signal: new AbortController().signal,
  check: () => undefined,
  progress: { phase: () => undefined, advance: () => undefined },
};

/** A snapshot of /f with these nodes, written past our own checks where they are given as JSON. */
async function snapshotOf(inside: readonly TreeNode[] | string): Promise<string> {
  const writer = await repository.begin();
  const subtree =
    typeof inside === 'string'
      ? await writer.saveBlob('tree', Buffer.from(inside))
      : await writer.saveTree(inside);
  const tree = await writer.saveTree([
    { ...plain, name: 'f', type: 'dir', mode: 2 ** 31 + 0o755, content: null, subtree },
  ]);
  const tags = tagsOf('01900000-0000-7000-8000-000000000001');
  return (await writer.commit({ time, tree, paths: ['/f'], tags })).id;
}

async function file(name: string, text: string, size = text.length): Promise<TreeNode> {
  const writer = await repository.begin();
  const { content } = await writer.saveFile([Buffer.from(text)]);
  const tree = await writer.saveTree([fileNode({ name, content, size, mtimeMs: 0 })]);
  await writer.commit({ time, tree, paths: ['/kept'] });
  return fileNode({ name, content, size, mtimeMs: 0 });
}

const restore = (snapshotId: string, how: { only?: string[]; overwrite?: boolean } = {}) =>
  restoreFolder(
    repository,
    { snapshotId, destination: join(scratch, 'to'), only: how.only ?? [], overwrite: how.overwrite ?? false },
    context,
  );

describe('a hostile repository', () => {
  test.for(['../out', 'a/b', '..', '.', ''])('cannot name a file %j', async (name) => {
    const node = JSON.stringify({ ...plain, name, type: 'file', content: [] });
    await expect(restore(await snapshotOf(`{"nodes":[${node}]}\n`))).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
    expect(readdirSync(scratch)).toEqual(['repository']);
  });

  test('cannot name a file twice, as a link and as a folder', async () => {
    const link = JSON.stringify({ ...plain, name: 'x', type: 'symlink', linktarget: '/', content: null });
    const folder = JSON.stringify({
      ...plain,
      name: 'x',
      type: 'dir',
      content: null,
      subtree: 'f'.repeat(64),
    });
    const snapshot = await snapshotOf(`{"nodes":[${link},${folder}]}\n`);
    await expect(restore(snapshot)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('cannot have a file written through a link of an earlier restore', async () => {
    mkdirSync(join(scratch, 'outside'));
    const link = await snapshotOf([
      { ...plain, name: 'sub', type: 'symlink', linkTarget: join(scratch, 'outside'), content: null },
    ]);
    await restore(link);
    const inner = await file('file', 'text');
    const writer = await repository.begin();
    const kept = await writer.saveTree([inner]);
    const tree = await writer.saveTree([
      {
        ...plain,
        name: 'f',
        type: 'dir',
        content: null,
        subtree: await writer.saveTree([
          { ...plain, name: 'sub', type: 'dir', content: null, subtree: kept },
        ]),
      },
    ]);
    const { id } = await writer.commit({
      time,
      tree,
      paths: ['/f'],
      tags: tagsOf('01900000-0000-7000-8000-000000000001'),
    });
    await expect(restore(id, { overwrite: true })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readdirSync(join(scratch, 'outside'))).toEqual([]);
  });

  test('that says another size of a file than its pieces have is named, and the rest restored', async () => {
    const snapshot = await snapshotOf([await file('fine', 'fine'), await file('short', 'text', 3)]);
    const restored = await restore(snapshot);
    expect(restored).toMatchObject({
      files: 1,
      damaged: 1,
      notes: [{ path: 'short', problem: 'damaged', detail: null }],
    });
    expect(readdirSync(join(scratch, 'to'))).toEqual(['fine']);
    mkdirSync(join(scratch, 'work'));
    const how = { level: 3, folder: join(scratch, 'work'), torn: new Set<string>() };
    expect(await verifyFolder(repository, snapshot, how, context)).toEqual(['short: it has another size']);
  });

  test('cannot make a set-user file for somebody who does not own it, nor a device', async () => {
    const device = { ...plain, name: 'device', type: 'dev', device: 2049, content: null } as const;
    const snapshot = await snapshotOf([device, { ...(await file('tool', 'x')), mode: 2 ** 23 + 0o755 }]);
    await restore(snapshot);
    expect(readdirSync(join(scratch, 'to'))).toEqual(['tool']);
    const { mode, uid } = lstatSync(join(scratch, 'to/tool'));
    expect({ mode: mode & 0o7777, uid }).toEqual(
      process.getuid?.() === 0 ? { mode: 0o4755, uid: 0 } : { mode: 0o755, uid: process.getuid?.() },
    );
  });

  test('that is restored over a link at the destination replaces the link, not what it leads to', async () => {
    mkdirSync(join(scratch, 'to'));
    symlinkSync('/etc/passwd', join(scratch, 'to/fine'));
    await restore(await snapshotOf([await file('fine', 'fine')]), { overwrite: true });
    expect(lstatSync(join(scratch, 'to/fine')).isFile()).toBe(true);
  });
});
