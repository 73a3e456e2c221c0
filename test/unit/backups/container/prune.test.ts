import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ContainerProgress } from '../../../../main/backups/container/blob.ts';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../../../main/backups/container/key-file.ts';
import { packSize } from '../../../../main/backups/container/pack.ts';
import { planPrune } from '../../../../main/backups/container/prune-plan.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import { fileNode, type TreeNode } from '../../../../main/backups/container/tree.ts';
import { restic } from '../../../interop/restic-program.ts';
import { FaultyFiles } from './faulty-files.ts';

const password = 'a password';
const options = { packBytes: 60_000, workers: 1, lockSettleMs: 1 };
const kept = randomBytes(150_000);
let folder: string;
let repository: Repository;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'holdfast-prune-')), 'repository');
  const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
  repository = await Repository.create(new FolderFiles(folder), { keys: [{ derived }] }, options);
});
afterEach(async () => {
  await repository.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

async function save(contents: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const writer = await repository.begin();
  const nodes: TreeNode[] = [];
  for (const [name, bytes] of Object.entries(contents)) {
    nodes.push(fileNode({ name, mtimeMs: 0, ...(await writer.saveFile([bytes], 10_000)) }));
  }
  const tree = await writer.saveTree(nodes);
  return (await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: ['/'] })).id;
}

async function bytesOf(from: Repository, id: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const node of await from.loadTree((await from.readSnapshot(id)).tree)) {
    const pieces: Uint8Array[] = [];
    for await (const piece of from.readFile(node)) pieces.push(Uint8Array.from(piece));
    found[node.name] = Buffer.concat(pieces).toString('hex');
  }
  return found;
}

/** Two snapshots that share a file; the first is removed, which leaves whole packs and halves of packs unused. */
async function halfRemoved(): Promise<string> {
  const mixed = randomBytes(30_000);
  const gone = await save({ a: randomBytes(200_000), b: mixed });
  const left = await save({ b: mixed, c: kept });
  await repository.removeSnapshots([gone]);
  return left;
}

const names = (kind: string) =>
  readdirSync(join(folder, kind), { recursive: true }).filter((name) => String(name).length >= 64);

describe('a prune', () => {
  test('removes what no snapshot uses; what is left restores, and restic finds nothing wrong', async () => {
    const left = await halfRemoved();
    const before = await bytesOf(repository, left);
    const phases = new Set<ContainerProgress['phase']>();
    const report = await repository.prune({ onProgress: ({ phase }) => phases.add(phase) });
    expect(report.packsRepacked).toBeGreaterThan(0);
    expect(report.packsRemoved).toBeGreaterThan(report.packsRepacked);
    expect(report.bytesAfter).toBeLessThan(report.bytesBefore - 180_000);
    expect([...phases]).toEqual(['checking-structure', 'repacking', 'removing']);
    expect(await repository.check('content')).toMatchObject({
      problems: [],
      unusedPacks: [],
      bytes: report.bytesAfter,
    });
    expect(await bytesOf(repository, left)).toEqual(before);
    expect(names('locks')).toEqual([]);
    expect(restic(folder, password, 'check', '--read-data')).toContain('no errors were found');
    expect(await repository.prune()).toMatchObject({ packsRemoved: 0, packsWritten: 0 });
  });

  test('removes what killed writes left, and nothing else', async () => {
    await save({ a: randomBytes(1000) });
    const name = 'ab'.repeat(32);
    const shard = names('data')[0]?.toString().slice(0, 2) ?? '';
    const left = [`data/${shard}/${name}-tmp-0123456789ab`, `index/${name}-tmp-42`, 'config-tmp-00ff00'];
    const stays = [`locks/${name}-tmp-01`, `data/${shard}/notes.txt`, `${name}-tmp-xyz`];
    for (const path of [...left, ...stays]) writeFileSync(join(folder, path), 'twelve bytes');
    expect(await repository.prune()).toMatchObject({ packsRemoved: 0, leftovers: { files: 3, bytes: 36 } });
    expect(left.filter((path) => existsSync(join(folder, path)))).toEqual([]);
    expect(stays.filter((path) => existsSync(join(folder, path)))).toEqual(stays);
    expect(await repository.prune()).toMatchObject({ leftovers: { files: 0, bytes: 0 } });
  });

  test('and one of restic leave a repository that both go on with', async () => {
    const left = await halfRemoved();
    restic(folder, password, 'prune', '--max-unused', '0');
    const next = await save({ b: randomBytes(100_000), c: kept });
    await repository.removeSnapshots([left]);
    expect((await repository.prune()).packsRemoved).toBeGreaterThan(0);
    const last = await save({ d: randomBytes(50_000) });
    restic(folder, password, 'forget', next);
    await repository.prune();
    restic(folder, password, 'prune');
    expect(Object.keys(await bytesOf(repository, last))).toEqual(['d']);
    expect(await repository.check('content')).toMatchObject({ problems: [], snapshots: 1 });
    expect(restic(folder, password, 'check', '--read-data')).toContain('no errors were found');
  });

  test('leaves no pack where no snapshot is left', async () => {
    await repository.removeSnapshots([await halfRemoved()]);
    expect(await repository.prune()).toMatchObject({ bytesAfter: 0 });
    expect([names('data'), names('index')]).toEqual([[], []]);
    expect(restic(folder, password, 'check')).toContain('no errors were found');
  });

  test('merges many index files and gathers small packs', async () => {
    for (let count = 0; count < 66; count += 1) await save({ small: randomBytes(50) });
    expect(names('index').length).toBe(66);
    expect((await repository.prune()).indexFiles).toBe(66);
    expect([names('index').length, names('data').length]).toEqual([1, 2]);
    expect(restic(folder, password, 'check', '--read-data')).toContain('no errors were found');
  });

  test('changes nothing where a snapshot needs what is not there', async () => {
    const left = await halfRemoved();
    const nodes = await repository.loadTree((await repository.readSnapshot(left)).tree);
    const [blob = ''] = nodes.find(({ name }) => name === 'c')?.content ?? [];
    const pack = (await repository.reloadIndex()).find('data', blob)?.pack ?? '';
    unlinkSync(join(folder, 'data', pack.slice(0, 2), pack));
    const before = [names('data'), names('index')];
    await expect(repository.prune()).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect([names('data'), names('index')]).toEqual(before);
    expect(names('locks')).toEqual([]);
  });

  test('can be cancelled, and is done again', async () => {
    const left = await halfRemoved();
    const abort = new AbortController();
    const onProgress = ({ phase }: ContainerProgress) => {
      if (phase === 'repacking') abort.abort();
    };
    await expect(repository.prune({ signal: abort.signal, onProgress })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [] });
    await repository.prune();
    expect(Object.keys(await bytesOf(repository, left))).toEqual(['b', 'c']);
  });

  test('waits for nobody: a repository in use is LOCKED', async () => {
    await halfRemoved();
    const lock = await repository.lock(false);
    await expect(repository.prune()).rejects.toMatchObject({ code: 'LOCKED' });
    await lock.release();
  });
});

describe('a prune that is cut off', () => {
  test.each(['fails', 'stops'] as const)(
    'where call after call %s, leaves a whole repository and is done again',
    async (how) => {
      const left = await halfRemoved();
      const before = await bytesOf(repository, left);
      const copy = join(folder, '..', 'copy');
      let calls = 0;
      for (let at = 1; ; at += 1) {
        rmSync(copy, { recursive: true, force: true });
        cpSync(folder, copy, { recursive: true });
        const files = new FaultyFiles(new FolderFiles(copy), at, how);
        const opened = await Repository.open(files, { password }, options);
        files.armed = true;
        const failed = await opened.prune().then(
          () => undefined,
          (error: unknown) => error,
        );
        files.armed = false;
        await opened.close();
        // a call that never comes back is a process that was killed: the lock of one that is gone is stale
        for (const lock of readdirSync(join(copy, 'locks'))) unlinkSync(join(copy, 'locks', lock));
        const again = await Repository.open(new FolderFiles(copy), { password }, options);
        expect({ at, problems: (await again.check('content')).problems }).toEqual({ at, problems: [] });
        if (at % 9 === 0) expect(restic(copy, password, 'check', '--read-data')).toContain('no errors');
        const { bytesAfter } = await again.prune();
        expect(await again.check('content')).toMatchObject({
          problems: [],
          unusedPacks: [],
          bytes: bytesAfter,
        });
        expect({ at, bytes: await bytesOf(again, left) }).toEqual({ at, bytes: before });
        await again.close();
        if (failed === undefined && !files.hit) break;
        calls = at;
      }
      expect(calls).toBeGreaterThan(20);
      expect(restic(copy, password, 'check', '--read-data')).toContain('no errors were found');
    },
    300_000,
  );

  test('for want of space, still removes the packs that nobody uses', async () => {
    const left = await halfRemoved();
    const files = new FaultyFiles(new FolderFiles(folder), 0, 'full');
    const opened = await Repository.open(files, { password }, options);
    files.armed = true;
    const report = await opened.prune();
    files.armed = false;
    await opened.close();
    expect(report).toMatchObject({ packsRepacked: 0, packsWritten: 0 });
    expect(report.packsRemoved).toBeGreaterThan(0);
    expect(Object.keys(await bytesOf(repository, left))).toEqual(['b', 'c']);
    expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [] });
  });
});

describe('the plan of a prune', () => {
  const id = (at: number) => at.toString(16).padStart(64, '0');
  const blobs = fc.array(fc.record({ id: fc.nat(40).map(id), length: fc.integer({ min: 33, max: 5000 }) }), {
    minLength: 1,
    maxLength: 8,
  });

  test('keeps or copies every blob in use exactly once, and removes every pack it does not keep', () => {
    fc.assert(
      fc.property(fc.array(blobs, { maxLength: 50 }), fc.uniqueArray(fc.nat(40)), (contents, use) => {
        const packs = new Map(
          contents.map((entries, at) => {
            let offset = 0;
            const listed = entries.map((entry) => {
              const blob = { ...entry, kind: 'data' as const, offset };
              offset += entry.length;
              return blob;
            });
            return [id(1000 + at), listed] as const;
          }),
        );
        const stored = new Map([...packs].map(([name, listed]) => [name, packSize(listed)]));
        const there = new Set(contents.flat().map((blob) => blob.id));
        const wanted = new Set(use.map(id).filter((each) => there.has(each)));
        const plan = planPrune(packs, stored, { data: wanted, tree: new Set() }, 10_000);
        const copied = plan.copy.map(({ blob }) => blob.id);
        const inKept = new Set(plan.keep.flatMap((pack) => pack.blobs.map((blob) => blob.id)));
        expect(new Set(copied).size).toBe(copied.length);
        for (const each of wanted) expect(inKept.has(each) || copied.includes(each)).toBe(true);
        for (const each of copied) expect(wanted.has(each)).toBe(true);
        expect([...plan.keep.map((pack) => pack.id), ...plan.remove].sort()).toEqual(
          [...stored.keys()].sort(),
        );
      }),
    );
  });
});
