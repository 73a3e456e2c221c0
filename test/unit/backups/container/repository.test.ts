import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkStoredFiles } from '../../../../main/backups/container/check-stored.ts';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../../../main/backups/container/key-file.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import { fileNode, type TreeNode } from '../../../../main/backups/container/tree.ts';
import { anyBlobs } from './blob-samples.ts';

const password = 'a password';
const cheap = { N: 1024, r: 8, p: 1 };
let folder: string;
let files: FolderFiles;
let repository: Repository;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'holdfast-container-')), 'repository');
  files = new FolderFiles(folder);
  const key = await deriveKey(password, cheap);
  repository = await Repository.create(
    files,
    { keys: [{ derived: key }] },
    { packBytes: 200_000, workers: 1, ownBytes: 0, lockSettleMs: 1 },
  );
});

afterEach(async () => {
  await repository.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

async function save(contents: Readonly<Record<string, Uint8Array>>, blobBytes = 10_000) {
  const writer = await repository.begin();
  const nodes: TreeNode[] = [];
  for (const [name, bytes] of Object.entries(contents)) {
    nodes.push(fileNode({ name, mtimeMs: 0, ...(await writer.saveFile([bytes], blobBytes)) }));
  }
  const tree = await writer.saveTree(nodes);
  return { tree, ...(await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: ['/'] })) };
}

async function content(node: TreeNode | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of repository.readFile(node ?? { content: [] })) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

function everyFile(kind: string): string[] {
  return readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const position = at < 0 ? bytes.length + at : at;
  bytes[position] = (bytes[position] ?? 0) ^ 0x10;
  chmodSync(path, 0o600);
  writeFileSync(path, bytes);
}

describe('writing and reading', () => {
  test('gives files back, in pieces of any size, compressible or not', async () => {
    const contents = { random: randomBytes(1_000_003), zeros: Buffer.alloc(123_456), empty: Buffer.alloc(0) };
    const { tree } = await save(contents);
    const nodes = await repository.loadTree(tree);
    expect(nodes.map(({ name, size }) => [name, size])).toEqual([
      ['empty', 0],
      ['random', 1_000_003],
      ['zeros', 123_456],
    ]);
    expect(await content(nodes[1])).toEqual(contents.random);
    expect(await content(nodes[2])).toEqual(contents.zeros);
    expect(everyFile('data').length).toBeGreaterThan(4);
    expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [], snapshots: 1 });
  });

  test('cuts a stream of odd chunks into aligned blobs, so that what is unchanged is shared', async () => {
    const before = randomBytes(200_000);
    const after = Buffer.from(before);
    after[50_001] = (after[50_001] ?? 0) ^ 1;
    await save({ file: before });
    const writer = await repository.begin();
    const chunks = [after.subarray(0, 7), after.subarray(7, 33_333), after.subarray(33_333)];
    const { content: blobs } = await writer.saveFile(chunks, 10_000);
    expect(blobs.length).toBe(20);
    expect(writer.stats()).toMatchObject({ bytesRead: 200_000, blobsNew: 1, blobsKnown: 19 });
    await writer.abort();
  });

  test('stores a blob once, even when it comes many times at once', async () => {
    const writer = await repository.begin();
    const bytes = anyBlobs(1)[0] ?? new Uint8Array();
    const ids = await Promise.all(Array.from({ length: 20 }, () => writer.saveBlob('data', bytes)));
    expect(new Set(ids).size).toBe(1);
    expect(writer.stats()).toMatchObject({ blobsNew: 1, blobsKnown: 19 });
    await writer.abort();
  });

  test('counts the stored bytes it added', async () => {
    const sizes = () => [...everyFile('data'), ...everyFile('index'), ...everyFile('snapshots')];
    const { bytesAdded } = await save({ file: randomBytes(50_000) });
    expect(bytesAdded).toBe(sizes().reduce((sum, path) => sum + readFileSync(path).length, 0));
  });

  test('refuses a snapshot of what is not there, or not there yet', async () => {
    const writer = await repository.begin();
    const elsewhere = 'ab'.repeat(32);
    const file = fileNode({ name: 'x', mtimeMs: 0, size: 1, content: [elsewhere] });
    await expect(writer.saveTree([file])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const record = { time: '2026-01-01T00:00:00Z', tree: elsewhere, paths: [] };
    await expect(writer.commit(record)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const tree = await writer.saveTree([]);
    const late = writer.saveBlob('data', randomBytes(100_000));
    await expect(writer.commit({ ...record, tree })).rejects.toMatchObject({ code: 'CONFLICT' });
    await late;
    await writer.commit({ ...record, tree });
    expect(await repository.check('content')).toMatchObject({ problems: [], snapshots: 1 });
  });

  test('leaves nothing behind after an abort', async () => {
    const writer = await repository.begin();
    await writer.saveFile([randomBytes(900_000)], 10_000);
    expect(everyFile('data').length).toBeGreaterThan(0);
    await writer.abort();
    expect([
      ...everyFile('data'),
      ...everyFile('index'),
      ...everyFile('snapshots'),
      ...everyFile('locks'),
    ]).toEqual([]);
    await expect(writer.saveBlob('data', Buffer.of(1))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('stops when it is cancelled', async () => {
    const cancel = new AbortController();
    const writer = await repository.begin({ signal: cancel.signal });
    async function* endless() {
      for (let count = 0; ; count += 1) {
        if (count === 20) cancel.abort();
        yield randomBytes(10_000);
        await sleep(1);
      }
    }
    await expect(writer.saveFile(endless(), 10_000)).rejects.toMatchObject({ code: 'CANCELLED' });
    await writer.abort();
    expect(await repository.check('files')).toMatchObject({ problems: [], snapshots: 0, packs: 0 });
  });

  test('heals: blobs of a lost pack are written again when they come again', async () => {
    const contents = { file: randomBytes(500_000) };
    await save(contents);
    const [lost, cutOff] = everyFile('data');
    rmSync(lost ?? '');
    chmodSync(cutOff ?? '', 0o600);
    truncateSync(cutOff ?? '', 1000);
    const { problems } = await repository.check('files');
    expect(problems.filter(({ file }) => file.startsWith('data/'))).toHaveLength(2);
    rmSync(cutOff ?? '');
    const { tree } = await save(contents);
    expect(await content((await repository.loadTree(tree))[0])).toEqual(contents.file);
  });
});

describe('the index', () => {
  test('is cured of damaged files, and drops packs that are gone', async () => {
    await save({ one: randomBytes(50_000) });
    const [damagedIndex] = everyFile('index');
    const { tree } = await save({ two: randomBytes(50_000) });
    flip(damagedIndex ?? '', 30);
    await expect(repository.begin()).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(everyFile('locks')).toEqual([]);
    expect(await repository.rebuildIndex()).toMatchObject({ packs: 4, dropped: [] });
    expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [], snapshots: 2 });
    expect((await repository.loadTree(tree)).map(({ name }) => name)).toEqual(['two']);
    const [gone] = everyFile('data');
    rmSync(gone ?? '');
    expect(await repository.rebuildIndex()).toMatchObject({
      packs: 3,
      dropped: [gone?.slice(-64)],
      recovered: [],
    });
    expect((await repository.check('files')).problems.length).toBeGreaterThan(0);
  });
});

describe('opening', () => {
  test('needs the right password, the right derived key, and says which', async () => {
    const other = await deriveKey(password, cheap);
    await expect(Repository.open(files, { password: 'wrong' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(Repository.open(files, { derived: other })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    const again = await Repository.open(files, { password });
    expect(again.config).toEqual(repository.config);
  });

  test('works with every key that was added, until it is removed', async () => {
    const derived = await deriveKey('another', cheap);
    const name = await repository.addKey({ derived });
    expect((await repository.listKeys()).map((key) => key.name).sort()).toEqual(
      [name, repository.keyName].sort(),
    );
    expect((await Repository.open(files, { derived })).keyName).toBe(name);
    await repository.removeKey(name);
    await expect(Repository.open(files, { derived })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(repository.removeKey(repository.keyName)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('refuses an empty place, and creating refuses an occupied one', async () => {
    const empty = new FolderFiles(join(folder, '..', 'nothing'));
    await expect(Repository.open(empty, { password })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(Repository.create(files, { keys: [{ password }] })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('damage', () => {
  test.each([
    ['keys', 20],
    ['config', 20],
    ['index', 20],
    ['index', -1],
    ['snapshots', 0],
    ['snapshots', -1],
    ['data', 100],
    ['data', -1],
    ['data', -10],
  ])('in %s at byte %i is found', async (kind, at) => {
    await save({ file: randomBytes(50_000) });
    const path = kind === 'config' ? join(folder, kind) : (everyFile(kind)[0] ?? '');
    flip(path, at);
    if (kind === 'keys' || kind === 'config') {
      await expect(Repository.open(files, { password })).rejects.toMatchObject({ code: 'INTEGRITY' });
      return;
    }
    const label = `${kind}/${path.slice(-64)}`;
    for (const level of ['stored', 'content'] as const) {
      const { problems } = await repository.check(level);
      expect(problems.map(({ file }) => file)).toContain(label);
    }
    expect((await checkStoredFiles(files)).map(({ file }) => file)).toEqual([label]);
  });

  test('in a blob is never handed out', async () => {
    const { tree } = await save({ file: randomBytes(9_000) });
    const nodes = await repository.loadTree(tree);
    for (const path of everyFile('data')) flip(path, 100);
    await expect(content(nodes[0])).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test('by a repository folder that vanishes while it is written to is said, and not papered over', async () => {
    const writer = await repository.begin();
    await writer.saveFile([randomBytes(100_000)], 10_000);
    rmSync(folder, { recursive: true });
    const work = async () => {
      const tree = await writer.saveTree([]);
      await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: [] });
    };
    await expect(work()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await writer.abort();
    expect(readdirSync(join(folder, '..'))).toEqual([]);
  });
});
