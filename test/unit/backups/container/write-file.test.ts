import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../../../main/backups/container/key-file.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import { sha256Hex } from '../../../../main/backups/container/repository-files.ts';
import { SealPool } from '../../../../main/backups/container/seal-pool.ts';
import { randomSealingKeys, seal } from '../../../../main/backups/container/sealing.ts';
import { fileNode, type TreeNode } from '../../../../main/backups/container/tree.ts';
import { compress } from '../../../../main/backups/container/zstandard.ts';

const blobBytes = 200_000;
let folder: string;
let repository: Repository;

beforeEach(() => make(0));

async function make(ownBytes: number): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-write-file-'));
  const key = await deriveKey('a password', { N: 1024, r: 8, p: 1 });
  repository = await Repository.create(
    new FolderFiles(join(folder, 'repository')),
    { keys: [{ derived: key }] },
    { packBytes: 500_000, workers: 2, ownBytes, lockSettleMs: 1 },
  );
}

afterEach(clear);

async function clear(): Promise<void> {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Parts that compress and parts that do not, and one blob that comes twice. */
function anyBytes(): Buffer {
  const repeated = randomBytes(blobBytes);
  const parts = [Buffer.alloc(blobBytes, 'text'), randomBytes(blobBytes), repeated, Buffer.from('end')];
  return Buffer.concat([repeated, ...parts]);
}

async function saved(bytes = anyBytes()) {
  const writer = await repository.begin();
  const node = fileNode({ name: 'file', mtimeMs: 0, ...(await writer.saveFile([bytes], blobBytes)) });
  const tree = await writer.saveTree([node]);
  await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: ['/'] });
  return { bytes, node };
}

async function written(node: Pick<TreeNode, 'content'>, flags = 'w', file = join(folder, 'written')) {
  const descriptor = openSync(file, flags);
  try {
    let bytes = 0;
    for await (const length of repository.writeFile(node, descriptor)) bytes += length;
    return { bytes, file };
  } finally {
    closeSync(descriptor);
  }
}

test('each blob goes where it belongs, whatever thread opens it first', async () => {
  const { bytes, node } = await saved();
  const { file, bytes: told } = await written(node);
  expect(told).toBe(bytes.length);
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('what is more than a thread does by itself is left to others, and comes back whole', async () => {
  await clear();
  await make(2.5 * blobBytes);
  const { bytes, node } = await saved(randomBytes(5 * blobBytes));
  const { file } = await written(node);
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('threads that rest are started anew', async () => {
  const { bytes, node } = await saved();
  const tasks = '/proc/self/task';
  const threads = () => (existsSync(tasks) ? readdirSync(tasks).length : 0);
  const before = threads();
  await repository.rest();
  if (before > 0) expect(threads()).toBeLessThan(before);
  const { file } = await written(node);
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test('a changed byte is told with its pack, and nothing of its blob is written', async () => {
  const { node } = await saved(randomBytes(blobBytes));
  const data = readdirSync(join(folder, 'repository', 'data'), { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of data.filter((entry) => entry.isFile())) {
    const path = join(parentPath, name);
    const pack = readFileSync(path);
    pack[100] = (pack[100] ?? 0) ^ 1;
    chmodSync(path, 0o600);
    writeFileSync(path, pack);
  }
  await expect(written(node)).rejects.toMatchObject({
    code: 'INTEGRITY',
    message: expect.stringContaining('data/'),
  });
  expect(readFileSync(join(folder, 'written')).length).toBe(0);
});

test('what the system says to the writing comes back with its code', async () => {
  const { node } = await saved();
  await expect(written(node, 'r', '/dev/null')).rejects.toMatchObject({ code: 'EBADF', syscall: 'write' });
  if (existsSync('/dev/full')) {
    await expect(written(node, 'w', '/dev/full')).rejects.toMatchObject({ code: 'ENOSPC', syscall: 'write' });
  }
});

test('an index that says another length is not followed', async () => {
  const keys = randomSealingKeys();
  const pool = new SealPool({ keys, compressionLevel: 1 }, { threads: 1 });
  const plain = Buffer.alloc(1000, 'plain');
  const descriptor = openSync(join(folder, 'short'), 'w');
  try {
    const blob = { id: sha256Hex(plain), plainLength: 2000 };
    const into = { descriptor, position: 0, length: 2000 };
    const sealed = seal(keys, compress(plain, 1));
    await expect(pool.openInto(sealed, blob, 'data/00', into)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect(readFileSync(join(folder, 'short')).length).toBe(0);
  } finally {
    closeSync(descriptor);
    await pool.close();
  }
});
