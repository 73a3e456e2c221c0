import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderFiles } from '../../../main/backups/container/folder-files.ts';
import { type DerivedKey, deriveKey, readKeyFiles } from '../../../main/backups/container/key-file.ts';
import { Repository } from '../../../main/backups/container/repository.ts';
import { DerivedKeys } from '../../../main/backups/derived-keys.ts';
import {
  type RepositoryAccess,
  withNewRepository,
  withRepository,
} from '../../../main/backups/repository-access.ts';
import { Settling, settled } from '../../../main/backups/restore/settling.ts';

let folder: string;
let access: RepositoryAccess;
let keys: DerivedKeys;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-ahead-'));
  const recovery = await deriveKey('another', { N: 1024, r: 8, p: 1 });
  const location = { kind: 'folder', path: join(folder, 'repository') } as const;
  access = { location, password: 'a password', recovery };
  keys = new DerivedKeys();
  await (
    await Repository.create(new FolderFiles(location.path), {
      keys: [{ derived: recovery }, { password: 'a password' }],
    })
  ).close();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = () => new FolderFiles(join(folder, 'repository'));
const isSame = (salt: Uint8Array, key: DerivedKey | undefined) =>
  Buffer.compare(salt, key?.salt ?? salt) === 0;
const opens = (how: RepositoryAccess) => withRepository(how, ({ keyName }) => Promise.resolve(keyName));

test('what is derived ahead opens the same key file, without the password', async () => {
  const ahead = await keys.ahead('installation', access);
  expect(ahead.derived?.derived).toHaveLength(64);
  expect(await opens({ ...ahead, password: 'no longer needed' })).toBe(await opens(access));
  expect(keys.of('installation')).toEqual(ahead.derived);
});

test('what is known is not derived again, unless its key file is there no more', async () => {
  const derived = (await keys.ahead('installation', access)).derived;
  const known = { ...access, password: 'no longer needed', derived };
  expect((await keys.ahead('installation', known)).derived).toBe(derived);
  const [former] = await readKeyFiles(files()).then((all) => all.filter(({ salt }) => isSame(salt, derived)));
  await withRepository(access, (repository) => repository.addKey({ password: 'a password' }));
  await files().remove('keys', former?.name ?? '');
  const anew = (await keys.ahead('installation', { ...access, derived })).derived;
  expect(anew?.salt).not.toEqual(derived?.salt);
  expect(keys.of('installation')).toBe(anew);
  await opens({ ...access, password: 'no longer needed', derived: anew });
});

test('of a new repository it is derived once', async () => {
  const location = { kind: 'folder', path: join(folder, 'new') } as const;
  const made = await keys.forNew('installation', { ...access, location });
  await withNewRepository(made, () => Promise.resolve());
  expect((await keys.ahead('installation', made)).derived).toBe(keys.of('installation'));
  expect(await opens({ ...made, password: 'no longer needed' })).toBe(await opens({ ...access, location }));
  keys.forget('installation');
  expect(keys.of('installation')).toBeUndefined();
});

test('where the key file was replaced meanwhile, the password opens it', async () => {
  const derived = await deriveKey('a former one', { N: 1024, r: 8, p: 1 });
  expect(await opens({ ...access, derived })).toBe(await opens(access));
});

test('nothing is derived where there is no repository: opening it tells why', async () => {
  const elsewhere = { ...access, location: { kind: 'folder', path: join(folder, 'none') } } as const;
  const ahead = await keys.ahead('installation', elsewhere);
  expect(ahead.derived).toBeUndefined();
  await expect(opens(ahead)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { kind: 'repository' } });
});

test('the recovery key’s file is passed over, so its password is none of this access', async () => {
  await expect(opens({ ...access, password: 'another' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('files settle one after the other, and are told of once they are durable', async () => {
  const told: string[] = [];
  const files = ['one', 'two'].map((name) => join(folder, name));
  await settled(async (settling) => {
    for (const file of files) {
      writeFileSync(file, 'content');
      await settling.add(file, async () => void told.push(file));
    }
  });
  expect(told).toEqual(files);
});

test('of work that fails its own error is told, after what it gave to the disk has settled', async () => {
  let done = false;
  const failing = settled(async (settling) => {
    writeFileSync(join(folder, 'one'), 'content');
    await settling.add(join(folder, 'one'), async () => {
      done = true;
      throw new Error('of the settling');
    });
    throw new Error('of the work');
  });
  await expect(failing).rejects.toThrow('of the work');
  expect(done).toBe(true);
});

test('what could not be made durable is an error of the settling', async () => {
  const settling = new Settling();
  writeFileSync(join(folder, 'one'), 'content');
  await settling.add(join(folder, 'one'), () => Promise.reject(new Error('the mark was not written')));
  await expect(settling.settle()).rejects.toThrow('the mark was not written');
  expect(existsSync(join(folder, 'one'))).toBe(true);
});
