import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PassphraseSeal } from '../../../main/secrets/passphrase-seal.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

const cheap = { N: 1 << 10, r: 8, p: 1 };
const masterKey = randomBytes(32);
const owner = { id: randomUUID(), kind: 'operator', createdAt: 1_790_000_000_000 } as const;
const service = { id: 'service', kind: 'unlock-file', createdAt: 1_790_000_000_001 } as const;

async function withTwoSlots() {
  const folder = temporaryFolder();
  const seal = PassphraseSeal.create(folder, randomUUID() as Uuid, cheap);
  await seal.add(owner, 'correct horse', masterKey);
  await seal.add(service, 'from a file', masterKey);
  const reread = async () => {
    const found = await PassphraseSeal.read(folder, cheap);
    if (found === null) throw new Error('unlock.json is missing');
    return found;
  };
  return { folder, seal, reread };
}

test('each slot opens the installation, before and after a restart', async () => {
  const { seal, reread } = await withTwoSlots();
  for (const opened of [seal, await reread()]) {
    expect(opened.slots).toEqual([owner, service]);
    expect(await opened.open('correct horse')).toEqual(masterKey);
    expect(await opened.open('from a file')).toEqual(masterKey);
    expect(await opened.open('from a file', 'service')).toEqual(masterKey);
  }
});

test('a wrong passphrase, or a right one for another slot, is UNAUTHENTICATED', async () => {
  const { seal } = await withTwoSlots();
  for (const [secret, slot] of [['Correct horse'], [''], ['from a file', owner.id]] as const) {
    await expect(seal.open(secret, slot)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
});

test('the same passphrase typed as other code points opens too', async () => {
  const { seal } = await withTwoSlots();
  await seal.add(owner, 'Schl\u00fcssel', masterKey);
  expect(await seal.open('Schlu\u0308ssel')).toEqual(masterKey);
});

test('while a passphrase is replaced both open; the former no longer, a removed slot neither, and the last one stays', async () => {
  const { seal, reread } = await withTwoSlots();
  await seal.add({ ...owner, createdAt: owner.createdAt + 5 }, 'battery staple', masterKey);
  for (const words of ['correct horse', 'battery staple']) {
    expect(await (await reread()).open(words, owner.id)).toEqual(masterKey);
  }
  await expect(seal.remove(owner.id, owner.createdAt + 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await seal.remove(owner.id, owner.createdAt);
  await seal.remove('service');
  const later = await reread();
  expect(later.slots.map(({ id }) => id)).toEqual([owner.id]);
  expect(await later.open('battery staple')).toEqual(masterKey);
  await expect(later.open('correct horse')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(later.open('from a file')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(later.remove('service')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(later.remove(owner.id)).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'last-unlock-slot' },
  });
  expect(await later.open('battery staple')).toEqual(masterKey);
});

test('changes made at once are all kept', async () => {
  const { seal, reread } = await withTwoSlots();
  const ids = ['a', 'b', 'c', 'd'];
  await Promise.all(ids.map((id) => seal.add({ ...service, id }, `secret ${id}`, masterKey)));
  expect(new Set((await reread()).slots.map(({ id }) => id))).toEqual(new Set([owner.id, 'service', ...ids]));
});

test('a slot cannot be moved to another name or kind, nor the file to another installation', async () => {
  const { folder, reread } = await withTwoSlots();
  const file = join(folder, 'unlock.json');
  const original = readFileSync(file, 'utf8');
  const { installationId } = await reread();
  for (const [from, to] of [
    [owner.id, randomUUID()],
    ['"operator"', '"unlock-file"'],
    [installationId, randomUUID()],
  ] as const) {
    writeFileSync(file, original.replaceAll(from, to));
    await expect((await reread()).open('correct horse')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
});

test('damaged, newer and missing files are told apart', async () => {
  const { folder } = await withTwoSlots();
  const file = join(folder, 'unlock.json');
  const original = readFileSync(file, 'utf8');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeFileSync(file, original.slice(0, -20));
  await expect(PassphraseSeal.read(folder)).rejects.toMatchObject({ code: 'INTEGRITY' });
  writeFileSync(file, original.replace('"format": 1', '"format": 2'));
  await expect(PassphraseSeal.read(folder)).rejects.toMatchObject({ code: 'NEWER_FORMAT' });
  writeFileSync(file, 'x'.repeat(1 << 17));
  await expect(PassphraseSeal.read(folder)).rejects.toMatchObject({ code: 'INTEGRITY' });
  expect(await PassphraseSeal.read(temporaryFolder())).toBeNull();
});

test('by default a slot costs 2^17 rounds of scrypt', async () => {
  const folder = temporaryFolder();
  const seal = PassphraseSeal.create(folder, randomUUID() as Uuid);
  await seal.add(owner, 'correct horse', masterKey);
  expect(await seal.open('correct horse')).toEqual(masterKey);
  const { slots } = JSON.parse(readFileSync(join(folder, 'unlock.json'), 'utf8'));
  expect(slots[0].scrypt).toMatchObject({ N: 131072, r: 8, p: 1 });
});
