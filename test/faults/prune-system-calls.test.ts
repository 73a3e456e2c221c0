import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../main/backups/container/key-file.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { fileNode, type TreeNode } from '../../main/backups/container/tree.ts';
import { restic } from '../interop/restic-program.ts';
import { type Fault, type Run, sweep } from './strace.ts';

const password = 'failing calls';
const options = { packBytes: 60_000, workers: 1, lockSettleMs: 1 };
let folder: string;
let content: string;

const original = () => join(folder, 'original');
const copy = () => join(folder, 'copy');
const open = (path: string) => Repository.open(new FolderFiles(path), { password }, options);

async function save(repository: Repository, contents: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const writer = await repository.begin();
  const nodes: TreeNode[] = [];
  for (const [name, bytes] of Object.entries(contents)) {
    nodes.push(fileNode({ name, mtimeMs: 0, ...(await writer.saveFile([bytes], 10_000)) }));
  }
  const tree = await writer.saveTree(nodes);
  return (await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: ['/'] })).id;
}

/** SHA-256 of the one snapshot's files, one after the other. */
async function contentOf(repository: Repository): Promise<string> {
  const hash = createHash('sha256');
  const [snapshot] = await repository.listSnapshots();
  for (const node of await repository.loadTree(snapshot?.tree ?? '')) {
    for await (const piece of repository.readFile(node)) hash.update(piece);
  }
  return hash.digest('hex');
}

function restore(): void {
  rmSync(copy(), { recursive: true, force: true });
  cpSync(original(), copy(), { recursive: true });
}

async function judge({ stdout, status }: Run, when: number): Promise<void> {
  if (status !== null && status !== 137) {
    expect({ when, stdout: stdout.trim() }).toEqual({
      when,
      stdout: expect.stringMatching(/^(pruned|IO|STORAGE_FULL)$/),
    });
  }
  const repository = await open(copy());
  expect({ when, problems: (await repository.check('content')).problems }).toEqual({ when, problems: [] });
  expect(await contentOf(repository)).toBe(content);
  await repository.prune();
  expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [] });
  expect(await contentOf(repository)).toBe(content);
  await repository.close();
  if (when % 6 === 0) expect(restic(copy(), password, 'check', '--read-data')).toContain('no errors');
  restore();
}

function mayTrace(): boolean {
  const traced = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
  if (!traced) console.warn('failing system calls are not tried: strace is missing or not allowed');
  return traced;
}

describe.skipIf(!mayTrace())('a system call of a prune that fails, or is the last', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-prune-calls-'));
    const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
    const repository = await Repository.create(new FolderFiles(original()), { keys: [{ derived }] }, options);
    const shared = randomBytes(30_000);
    const gone = await save(repository, { a: randomBytes(100_000), b: shared });
    await save(repository, { b: shared, c: randomBytes(60_000) });
    await repository.removeSnapshots([gone]);
    content = await contentOf(repository);
    await repository.close();
    restore();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** By default every third call is hit, with HOLDFAST_SWEEP=all each. */
  const step = process.env.HOLDFAST_SWEEP === 'all' ? 1 : 3;
  const module = join(import.meta.dirname, 'prune-subject.ts');
  const faults: readonly [calls: string, effect: Fault['effect']][] = [
    ['unlink', 'error=EIO'],
    ['unlink', 'signal=KILL'],
    ['rename', 'error=EIO'],
    ['rename', 'signal=KILL'],
    ['fsync', 'error=EIO'],
    ['fsync', 'error=ENOSPC'],
    ['fsync', 'signal=KILL'],
  ];
  test.each(faults)(
    '%s with %s, at whichever call, leaves a whole repository and is done again',
    async (calls, effect) => {
      const subject = { module, args: [copy(), password], paths: [] };
      expect(await sweep(subject, calls, effect, judge, step)).toBeGreaterThanOrEqual(1);
    },
    300_000,
  );
});
