import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobIndex } from '../../../../main/backups/container/blob-index.ts';
import { fetchSound } from '../../../../main/backups/container/fetch-sound.ts';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { healOpening } from '../../../../main/backups/container/heal-opening.ts';
import { type Credential, deriveKey, openMasterKeys } from '../../../../main/backups/container/key-file.ts';
import { readUnlisted } from '../../../../main/backups/container/lost-index.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import { fileNode } from '../../../../main/backups/container/tree.ts';
import { flip, type StoredKind, storedFiles } from '../../../doubles/stored-files.ts';
import { restic } from '../../../interop/restic-program.ts';

const password = 'a password';
const recovery = 'the recovery key';
const options = { packBytes: 60_000, workers: 1, lockSettleMs: 1 };
let folder: string;
let copy: string;
let credentials: [Credential, Credential];
let saved: { id: string; content: Buffer }[];

beforeEach(async () => {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-heal-'));
  folder = join(root, 'repository');
  copy = join(root, 'copy');
  const cheap = { N: 1024, r: 8, p: 1 };
  credentials = [
    { derived: await deriveKey(password, cheap) },
    { derived: await deriveKey(recovery, cheap) },
  ];
  const repository = await Repository.create(new FolderFiles(folder), { keys: credentials }, options);
  saved = [];
  for (let at = 0; at < 2; at += 1) saved.push(await save(repository, randomBytes(150_000)));
  await repository.close();
  cpSync(folder, copy, { recursive: true });
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

async function save(to: Repository, content: Buffer) {
  const writer = await to.begin();
  const file = await writer.saveFile([content], 10_000);
  const tree = await writer.saveTree([fileNode({ name: 'data.db', mtimeMs: 0, ...file })]);
  const { id } = await writer.commit({ time: '2026-01-01T00:00:00Z', tree, paths: ['/'] });
  return { id, content };
}

const filesOf = (kind: StoredKind) => storedFiles(folder, kind);

const sources = (copied: boolean) => (copied ? [{ name: 'second', files: new FolderFiles(copy) }] : []);

async function heal(copied: boolean) {
  const files = new FolderFiles(folder);
  const opening = await healOpening({
    files,
    credentials,
    sources: sources(copied),
    mayRemakeConfig: !copied,
    now: 0,
  });
  const repository = await Repository.open(files, credentials[0], options);
  const snapshots = saved.map(({ id }) => id);
  const report = await repository.heal({ sources: sources(copied), snapshots, suspects: null });
  await repository.close();
  return { healed: [...opening, ...report.healed], left: report.left };
}

async function requireSound() {
  expect(restic(folder, password, 'check', '--read-data')).toContain('no errors were found');
  expect(restic(folder, recovery, 'snapshots')).toContain('2 snapshots');
  const repository = await Repository.open(new FolderFiles(folder), credentials[0], options);
  expect(await repository.check('content')).toMatchObject({ problems: [], unusedPacks: [] });
  for (const { id, content } of saved) {
    const [node] = await repository.loadTree((await repository.readSnapshot(id)).tree);
    const pieces: Uint8Array[] = [];
    for await (const piece of repository.readFile(node ?? { content: [] }))
      pieces.push(Uint8Array.from(piece));
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
  }
  await repository.close();
}

const damages = [
  ['a flipped bit in', (file: string) => flip(file, 40)],
  ['a flipped bit at the end of', (file: string) => flip(file, -20)],
  [
    'half of',
    (file: string) => {
      const bytes = readFileSync(file);
      chmodSync(file, 0o600);
      writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    },
  ],
  ['a missing', (file: string) => rmSync(file)],
] as const;

describe.each(damages)('%s', (_, damage) => {
  test('file of any kind comes back from a copy', async () => {
    for (const kind of ['config', 'keys', 'data', 'index', 'snapshots'] as const) {
      for (const file of filesOf(kind)) damage(file);
      const { healed, left } = await heal(true);
      expect({ kind, left, healed: healed.length > 0 }).toEqual({ kind, left: [], healed: true });
      expect({ kind, ...(await heal(true)) }).toEqual({ kind, healed: [], left: [] });
    }
    await requireSound();
  });

  test('file of config, keys or index is made anew without a copy', async () => {
    for (const kind of ['config', 'keys', 'index'] as const) {
      damage(filesOf(kind)[0] ?? '');
      const { healed, left } = await heal(false);
      expect({ kind, left, from: healed.map(({ from }) => from) }).toEqual({
        kind,
        left: [],
        from: healed.map(() => null),
      });
      expect(healed.length).toBeGreaterThan(0);
    }
    await requireSound();
  });

  test('file of data or snapshots is named without a copy', async () => {
    for (const kind of ['data', 'snapshots'] as const) {
      const [file = ''] = filesOf(kind);
      damage(file);
      const { healed, left } = await heal(false);
      expect(healed).toEqual([]);
      expect(left).toContainEqual(expect.objectContaining({ file: `${kind}/${file.slice(-64)}` }));
    }
  });
});

test('everything but the keys comes back from a copy, with the packs that a lost index named', async () => {
  for (const kind of ['index', 'data', 'snapshots'] as const) {
    for (const file of filesOf(kind).slice(0, kind === 'snapshots' ? 1 : undefined)) rmSync(file);
  }
  expect((await heal(true)).left).toEqual([]);
  await requireSound();
});

test('a damaged copy heals nothing', async () => {
  const [file = ''] = filesOf('data');
  flip(file, 40);
  flip(file.replace(folder, copy), 41);
  expect((await heal(true)).left).toEqual([
    { file: `data/${file.slice(-64)}`, what: 'its bytes do not match its name' },
  ]);
});

test('another repository, or an empty place, is left as it is', async () => {
  const other = await Repository.create(
    new FolderFiles(join(folder, '..', 'other')),
    { keys: [{ derived: await deriveKey('another', { N: 1024, r: 8, p: 1 }) }] },
    options,
  );
  await save(other, randomBytes(1000));
  await other.close();
  rmSync(folder, { recursive: true });
  cpSync(join(folder, '..', 'other'), folder, { recursive: true });
  const keys = filesOf('keys');
  await expect(heal(true)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(filesOf('keys')).toEqual(keys);
  rmSync(folder, { recursive: true });
  await expect(heal(true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(existsSync(folder)).toBe(false);
  await new FolderFiles(folder).prepare();
  await expect(heal(true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(filesOf('keys')).toEqual([]);
});

test('a lost index file stops a snapshot; what a cut-off run left does not', async () => {
  const repository = await Repository.open(new FolderFiles(folder), credentials[0], options);
  const before = filesOf('index');
  const cutOff = await save(repository, randomBytes(100_000));
  rmSync(join(folder, 'snapshots', cutOff.id));
  for (const file of filesOf('index')) if (!before.includes(file)) rmSync(file);
  expect((await repository.check('files')).unusedPacks.length).toBeGreaterThan(0);
  await (await repository.begin()).abort();
  const [index = ''] = filesOf('index');
  rmSync(index);
  await expect(repository.begin()).rejects.toMatchObject({ code: 'INTEGRITY' });
  await repository.heal({ sources: [], snapshots: [], suspects: new Set() });
  await (await repository.begin()).abort();
  await repository.close();
});

test('a disk that gives back other bytes than were written is told, and nothing counts as healed', async () => {
  class LyingFiles extends FolderFiles {
    override async write(...[kind, name, parts]: Parameters<FolderFiles['write']>): Promise<void> {
      await super.write(kind, name, parts);
      const file = filesOf('data').find((path) => path.endsWith(name));
      if (file !== undefined) flip(file, 0);
    }
  }
  const [pack = ''] = filesOf('data');
  flip(pack, 0);
  const wanted = { kind: 'data', name: basename(pack), why: 'it is damaged' } as const;
  const healing = fetchSound(new LyingFiles(folder), sources(true), wanted);
  await expect(healing).rejects.toMatchObject({ code: 'IO', data: { errno: 'EIO' } });
  expect(await fetchSound(new FolderFiles(folder), sources(true), wanted)).toMatchObject({ from: 'second' });
  await requireSound();
});

test('a pack that no index lists is listed only where it is what its name says', async () => {
  const files = new FolderFiles(folder);
  const { master } = await openMasterKeys(files, credentials[0]);
  for (const file of filesOf('index')) rmSync(file);
  const [pack = '', ...others] = filesOf('data');
  flip(pack, 0);
  const { packs, damaged } = await readUnlisted(files, master, new BlobIndex());
  expect(damaged).toEqual([basename(pack)]);
  expect(packs.map(({ id }) => id).sort()).toEqual(others.map((file) => basename(file)).sort());
});
