import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { deriveKey } from '../../../../main/backups/container/key-file.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import { fileNode } from '../../../../main/backups/container/tree.ts';
import { restic } from '../../../interop/restic-program.ts';
import { FaultyFiles } from './faulty-files.ts';

const password = 'a password';
const options = { packBytes: 60_000, workers: 1, lockSettleMs: 1 };
const content = randomBytes(150_000);
let folder: string;
let repository: Repository;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'holdfast-repair-')), 'repository');
  const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
  repository = await Repository.create(new FolderFiles(folder), { keys: [{ derived }] }, options);
});
afterEach(async () => {
  await repository.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

async function save(to: Repository, bytes: Uint8Array): Promise<string> {
  const writer = await to.begin();
  const saved = await writer.saveFile([bytes], 10_000);
  const tree = await writer.saveTree([fileNode({ name: 'data.db', mtimeMs: 0, ...saved })]);
  return (await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: ['/'] })).id;
}

async function bytesOf(from: Repository, id: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for (const node of await from.loadTree((await from.readSnapshot(id)).tree)) {
    for await (const piece of from.readFile(node)) pieces.push(Uint8Array.from(piece));
  }
  return Buffer.concat(pieces).toString('hex');
}

/** The pack that holds the blob at this place of the file. */
async function packOf(id: string, at: number): Promise<string> {
  const [node] = await repository.loadTree((await repository.readSnapshot(id)).tree);
  const pack = (await repository.reloadIndex()).find('data', node?.content?.[at] ?? '')?.pack ?? '';
  return join(folder, 'data', pack.slice(0, 2), pack);
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8((bytes.at(place) ?? 0) ^ 1, place);
  chmodSync(file, 0o600);
  writeFileSync(file, bytes);
}

const names = (kind: string) =>
  readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' }).filter((name) => name.length >= 64);
const sound = async () => {
  expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [] });
  expect(restic(folder, password, 'check', '--read-data')).toContain('no errors were found');
};

describe('a repair', () => {
  test('finds nothing in a sound repository, and changes nothing', async () => {
    await save(repository, content);
    const before = [names('data'), names('index')];
    const nothing = {
      damage: [],
      relisted: [],
      salvaged: { blobs: 0, bytes: 0 },
      lost: { data: [], tree: [] },
    };
    expect(await repository.planRepair()).toEqual(nothing);
    expect(await repository.repair()).toEqual(nothing);
    expect([names('data'), names('index')]).toEqual(before);
  });

  test('of a flipped bit keeps the other blobs of the pack; what was lost is stored again', async () => {
    const id = await save(repository, content);
    const pack = await packOf(id, 0);
    flip(pack, 100);
    await save(repository, content); // what is known is not stored again: nothing heals by itself
    expect((await repository.check('content')).problems).not.toEqual([]);
    const plan = await repository.planRepair();
    expect(plan.damage).toEqual([
      { file: `data/${pack.slice(-64)}`, what: 'its bytes do not match its name' },
    ]);
    expect(plan).toMatchObject({ lost: { data: [expect.any(String)], tree: [] } });
    expect(plan.salvaged.blobs).toBeGreaterThan(3);
    expect(await repository.repair()).toEqual(plan);
    expect(names('data').some((name) => pack.endsWith(name))).toBe(false);
    await save(repository, content);
    await sound();
    expect(await bytesOf(repository, id)).toBe(content.toString('hex'));
    expect(names('locks')).toEqual([]);
  });

  test('of a damaged header loses nothing: the index knows what is in the pack', async () => {
    const id = await save(repository, content);
    flip(await packOf(id, 0), -20);
    expect(await repository.repair()).toMatchObject({
      damage: [expect.anything()],
      lost: { data: [], tree: [] },
    });
    await sound();
    expect(await bytesOf(repository, id)).toBe(content.toString('hex'));
  });

  test.each(['cut off', 'missing'] as const)('takes a pack that is %s out of the index', async (how) => {
    const id = await save(repository, content);
    const pack = await packOf(id, 0);
    if (how === 'missing') unlinkSync(pack);
    else {
      chmodSync(pack, 0o600);
      writeFileSync(pack, readFileSync(pack).subarray(0, 25_000));
    }
    const { salvaged, lost } = await repository.repair();
    expect(salvaged.blobs).toBe(how === 'missing' ? 0 : 2);
    expect(lost.data.length).toBeGreaterThan(3);
    await save(repository, content);
    await sound();
  });

  test.each(['flipped', 'missing'] as const)('makes a %s index file anew from the packs', async (how) => {
    const id = await save(repository, content);
    const file = join(folder, 'index', names('index')[0] ?? '');
    if (how === 'missing') unlinkSync(file);
    else flip(file, 40);
    const { damage, relisted, lost } = await repository.repair();
    expect(damage.length).toBe(how === 'missing' ? 0 : 1);
    expect(relisted.length).toBe(names('data').length);
    expect(lost).toEqual({ data: [], tree: [] });
    await sound();
    expect(await bytesOf(repository, id)).toBe(content.toString('hex'));
  });

  test('where the data has changed, leaves the snapshot damaged that needs what is lost', async () => {
    const old = await save(repository, content);
    flip(await packOf(old, 0), 100);
    const { lost } = await repository.repair();
    const id = await save(repository, Buffer.concat([randomBytes(10_000), content.subarray(10_000)]));
    const { problems } = await repository.check('content');
    expect(problems).toMatchObject([{ what: expect.stringContaining(lost.data[0] ?? 'none') }]);
    expect((await bytesOf(repository, id)).length).toBe(content.length * 2);
    await repository.removeSnapshots([old]);
    await sound();
  });

  test('can be cancelled, and waits for nobody', async () => {
    flip(await packOf(await save(repository, content), 0), 100);
    const before = names('data');
    const abort = new AbortController();
    const onProgress = () => abort.abort();
    await expect(repository.repair({ signal: abort.signal, onProgress })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect([names('data'), names('locks')]).toEqual([before, []]);
    const lock = await repository.lock(false);
    await expect(repository.repair()).rejects.toMatchObject({ code: 'LOCKED' });
    await lock.release();
  });
});

test.each(['fails', 'stops'] as const)(
  'a repair where call after call %s is done again, and loses nothing that was sound',
  async (how) => {
    const id = await save(repository, content);
    flip(await packOf(id, 0), 100);
    flip(await packOf(id, 14), -20);
    flip(join(folder, 'index', names('index')[0] ?? ''), 40);
    const { lost } = await repository.planRepair();
    const copy = join(folder, '..', 'copy');
    let calls = 0;
    for (let at = 1; ; at += 1) {
      rmSync(copy, { recursive: true, force: true });
      cpSync(folder, copy, { recursive: true });
      const files = new FaultyFiles(new FolderFiles(copy), at, how);
      const opened = await Repository.open(files, { password }, options);
      files.armed = true;
      const failed = await opened.repair().then(
        () => undefined,
        (error: unknown) => error,
      );
      files.armed = false;
      await opened.close();
      // a call that never comes back is a process that was killed: the lock of one that is gone is stale
      for (const lock of readdirSync(join(copy, 'locks'))) unlinkSync(join(copy, 'locks', lock));
      const again = await Repository.open(new FolderFiles(copy), { password }, options);
      await again.repair();
      expect({ at, plan: await again.planRepair() }).toMatchObject({
        at,
        plan: { damage: [], relisted: [] },
      });
      await save(again, content);
      expect({ at, problems: (await again.check('content')).problems }).toEqual({ at, problems: [] });
      expect({ at, same: (await bytesOf(again, id)) === content.toString('hex') }).toEqual({
        at,
        same: true,
      });
      await again.close();
      if (at % 9 === 0)
        expect(restic(copy, password, 'check', '--read-data')).toContain('no errors were found');
      if (failed === undefined && !files.hit) break;
      calls = at;
    }
    expect(calls).toBeGreaterThan(20);
    expect(lost.data.length).toBeGreaterThan(0);
  },
  300_000,
);
