import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { goTime, nameBytes, nameFromBytes } from '../../main/backups/container/go-text.ts';
import { type Credential, deriveKey } from '../../main/backups/container/key-file.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { directoryNode, fileNode, type TreeNode } from '../../main/backups/container/tree.ts';
import { restic } from './restic-program.ts';

const password = 'correct horse battery staple';
const recoveryKey = '7ZZZZ-00000-ABCDE-FGHJK-MNPQR-STVWX-YZ012-34567-89ABC-DEFGH-JKMN0';
const mtimeMs = Date.parse('2026-02-03T04:05:06.789Z');
const oddNames = [
  'plain.txt',
  ' spaces  inside ',
  'quote"and\\backslash',
  "apostrophe'",
  '<less> & <more>',
  'Grüße 日本語 🦀',
  'new\nline\ttab\u0001\u007f',
  'separator\u2028\u2029',
  'soft\u00adhyphen no-break\u00a0space \u{e0001}',
  nameFromBytes(Buffer.from([0x6e, 0xff, 0xfe, 0xc3, 0x28])),
  'Ａ', // sorts differently by UTF-16 units than by bytes
  '\u{1f600}',
];

let folder: string;
let repositoryFolder: string;
let repository: Repository;

async function open(credential: Credential): Promise<Repository> {
  return await Repository.open(new FolderFiles(repositoryFolder), credential, { packBytes: 2 ** 20 });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-restic-'));
  repositoryFolder = join(folder, 'repository');
  repository = await Repository.create(
    new FolderFiles(repositoryFolder),
    { keys: [{ password }, { derived: await deriveKey(recoveryKey) }] },
    { packBytes: 2 ** 20 },
  );
});

afterEach(async () => {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
});

async function saveFiles(files: ReadonlyMap<string, Uint8Array>, tag: string): Promise<string> {
  const writer = await repository.begin();
  const nodes: TreeNode[] = [];
  for (const [name, bytes] of files) {
    nodes.push(fileNode({ name, mtimeMs, ...(await writer.saveFile([bytes], 65_536)) }));
  }
  const inner = await writer.saveTree(nodes);
  const empty = await writer.saveTree([]);
  const tree = await writer.saveTree([
    directoryNode({ name: 'files & <more>', subtree: inner, mtimeMs }),
    directoryNode({ name: 'empty', subtree: empty, mtimeMs }),
  ]);
  const record = { time: goTime(mtimeMs), tree, paths: ['/a "quoted" path'], hostname: 'host', tags: [tag] };
  return (await writer.commit(record)).id;
}

function contents(): Map<string, Uint8Array> {
  return new Map(
    oddNames.map((name, index) => [
      name,
      index % 3 === 0 ? randomBytes(300_000) : Buffer.from(`${name} `.repeat(index * 4000)),
    ]),
  );
}

function expectRestored(target: string, files: ReadonlyMap<string, Uint8Array>): void {
  const inner = Buffer.from(join(target, 'files & <more>'));
  expect(readdirSync(inner).length).toBe(files.size);
  for (const [name, bytes] of files) {
    const restored = readFileSync(Buffer.concat([inner, Buffer.from('/'), nameBytes(name)]));
    expect(createHash('sha256').update(restored).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
  }
  expect(readdirSync(join(target, 'empty'))).toEqual([]);
}

describe('a repository of ours, in the hands of restic', () => {
  test('passes check --read-data while it is empty', () => {
    expect(restic(repositoryFolder, password, 'check', '--read-data')).toContain('no errors were found');
  });

  test('passes check and restores byte for byte, odd names and empty files included', async () => {
    const files = contents();
    files.set('empty', new Uint8Array());
    const id = await saveFiles(files, 'first');
    expect(restic(repositoryFolder, password, 'check', '--read-data')).toContain('no errors were found');
    const target = join(folder, 'restored');
    mkdirSync(target);
    restic(repositoryFolder, password, 'restore', id, '--target', target, '--verify');
    expectRestored(target, files);
    expect(JSON.parse(restic(repositoryFolder, password, 'snapshots', '--json'))).toMatchObject([
      {
        id,
        tags: ['first'],
        paths: ['/a "quoted" path'],
        hostname: 'host',
        time: '2026-02-03T04:05:06.789Z',
      },
    ]);
  });

  test('opens with the recovery key, which is kept only as derived bytes', async () => {
    await saveFiles(contents(), 'first');
    expect(restic(repositoryFolder, recoveryKey, 'check')).toContain('no errors were found');
    expect(() => restic(repositoryFolder, `${recoveryKey}0`, 'check')).toThrow('wrong password');
  });

  test('takes a backup by restic, which we then list and read', async () => {
    const ours = await saveFiles(contents(), 'ours');
    const source = join(folder, 'repository');
    restic(repositoryFolder, password, 'backup', '--tag', 'theirs', join(source, 'keys'));
    const again = await open({ password });
    try {
      const snapshots = await again.listSnapshots();
      expect(snapshots.map(({ tags }) => tags?.[0])).toEqual(['ours', 'theirs']);
      expect(snapshots[0]?.id).toBe(ours);
      expect(await again.check('content')).toMatchObject({ problems: [], unusedPacks: [], snapshots: 2 });
    } finally {
      await again.close();
    }
  });

  test('is pruned by restic, and what is kept stays readable for us and for restic', async () => {
    const kept = contents();
    const old = await saveFiles(new Map([['gone', randomBytes(3_000_000)], ...kept]), 'old');
    const id = await saveFiles(kept, 'new');
    const packsBefore = (await repository.check('files')).packs;
    restic(repositoryFolder, password, 'forget', '--prune', '--max-unused', '0', old);
    expect((await repository.check('files')).packs).toBeLessThan(packsBefore);
    expect((await repository.listSnapshots()).map((snapshot) => snapshot.id)).toEqual([id]);
    expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [], snapshots: 1 });
    await saveFiles(new Map([...kept, ['added', randomBytes(100_000)]]), 'after');
    expect(restic(repositoryFolder, password, 'check', '--read-data')).toContain('no errors were found');
  });

  test('is copied by restic into a repository of its own, and its key files are listed', async () => {
    const files = contents();
    await saveFiles(files, 'first');
    const copy = join(folder, 'copy');
    restic(copy, password, 'init');
    restic(
      copy,
      password,
      'copy',
      '--from-repo',
      repositoryFolder,
      '--from-password-command',
      `echo ${password}`,
    );
    expect(restic(copy, password, 'check', '--read-data')).toContain('no errors were found');
    const target = join(folder, 'restored');
    restic(copy, password, 'restore', 'latest', '--target', target);
    expectRestored(target, files);
    expect(JSON.parse(restic(repositoryFolder, password, 'key', 'list', '--json'))).toHaveLength(2);
  });

  test('stays sound when its index files are merged, and when a lost index is made anew', async () => {
    for (const tag of ['one', 'two', 'three']) await saveFiles(contents(), tag);
    expect(await repository.mergeIndexes(2)).toBe(3);
    expect(await repository.mergeIndexes(2)).toBe(1);
    expect(restic(repositoryFolder, password, 'check', '--read-data')).toContain('no errors were found');
    for (const name of readdirSync(join(repositoryFolder, 'index')))
      rmSync(join(repositoryFolder, 'index', name));
    const { packs } = await repository.check('files');
    const rebuilt = await repository.rebuildIndex();
    expect([rebuilt.packs, rebuilt.recovered.length, rebuilt.dropped]).toEqual([packs, packs, []]);
    expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [], snapshots: 3 });
    expect(restic(repositoryFolder, password, 'check', '--read-data')).toContain('no errors were found');
  });
});
