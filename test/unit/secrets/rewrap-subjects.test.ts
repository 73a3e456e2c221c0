import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Keyring } from '../../../main/secrets/keyring.ts';
import { deriveRecovery } from '../../../main/secrets/recovery-derivation.ts';
import { generateRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import { halfWrapped, rewrapSubjects } from '../../../main/secrets/rewrap-subjects.ts';
import { SubjectKeys } from '../../../main/secrets/subject-keys.ts';
import { keysMigrations } from '../../../main/storage/migrations/keys.ts';
import { openStore } from '../../../main/storage/open-store.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

const uuid = () => randomUUID() as Uuid;
const clock = { now: () => 1_790_000_000_000, monotonicMicros: () => 0 };

async function peopleOf(count: number) {
  const folder = temporaryFolder();
  const store = await openStore({
    file: join(folder, 'keys.db'),
    name: 'keys',
    migrations: keysMigrations,
    clock,
    erasable: true,
    createIfMissing: true,
  });
  onTestFinished(() => store.close());
  const recovery = await deriveRecovery(generateRecoveryKey());
  const masterKey = randomBytes(32);
  const keyring = await Keyring.create(folder, { installationId: uuid(), masterKey, recovery });
  const tenant = uuid();
  await keyring.addTenant(tenant);
  const people = Array.from({ length: count }, uuid);
  await new SubjectKeys(store, keyring, clock).create(tenant, people);
  const keyOf = (subject: Uuid) => new SubjectKeys(store, keyring, clock).get(subject);
  return { store, keyring, masterKey, tenant, people, keyOf };
}

test('after it every key of others opens, only under the new wrapping key', async () => {
  const { store, keyring, tenant, people, keyOf } = await peopleOf(450);
  const before = people.map(keyOf);
  const former = Buffer.from(keyring.tenant(tenant).wrappingKey);
  const late = uuid();
  const [wrapped] = await Promise.all([
    rewrapSubjects(store, keyring, tenant),
    new SubjectKeys(store, keyring, clock).create(tenant, [late]),
  ]);
  expect(wrapped).toBeGreaterThanOrEqual(450);
  expect(people.map(keyOf)).toEqual(before);
  expect(keyOf(late)).toBeDefined();
  expect(keyring.tenant(tenant).wrappingKey.equals(former)).toBe(false);
  expect(halfWrapped(keyring)).toEqual([]);
  await new SubjectKeys(store, keyring, clock).destroy([late]);
  const under = {
    installation: keyring.installation,
    hasTenant: () => true,
    tenant: () => ({ wrappingKey: former }),
  };
  expect(() => new SubjectKeys(store, under, clock).get(people[0] as Uuid)).toThrow();
});

test('one that was cut off between two pages goes on, and loses no key', async () => {
  const { store, keyring, tenant, people, keyOf } = await peopleOf(450);
  const before = people.map(keyOf);
  let pages = 0;
  const failing = Object.create(store, {
    write: {
      value: (work: Parameters<typeof store.write>[0]) => {
        pages += 1;
        if (pages === 2) throw new Error('killed');
        return store.write(work);
      },
    },
  });
  await expect(rewrapSubjects(failing, keyring, tenant)).rejects.toThrow('killed');
  expect(halfWrapped(keyring)).toEqual([tenant]);
  expect(people.map(keyOf)).toEqual(before);
  await rewrapSubjects(store, keyring, tenant);
  expect(halfWrapped(keyring)).toEqual([]);
  expect(people.map(keyOf)).toEqual(before);
});

test('copies for a target that are made meanwhile, piece by piece, open every key together', async () => {
  const { store, keyring, masterKey, people, keyOf } = await peopleOf(6_000);
  // few, so that their wrapping key is replaced while the others are still being read
  const few = uuid();
  await keyring.addTenant(few);
  const others = Array.from({ length: 40 }, uuid);
  await new SubjectKeys(store, keyring, clock).create(few, others);
  people.push(...others);
  const before = people.map(keyOf);
  for (const turns of [0, 1, 3]) {
    const copying = keyring.exportWithSubjectKeys(store);
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    await rewrapSubjects(store, keyring, few);
    const copies = await copying;
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'keyring.enc'), copies.keyring);
    const there = await Keyring.open(folder, masterKey);
    const keys = await openStore({
      file: join(folder, 'keys.db'),
      name: 'keys',
      migrations: keysMigrations,
      clock,
      erasable: true,
      createIfMissing: true,
    });
    try {
      expect(await there.restoreSubjectKeys(keys, copies.keysDb)).toBe(people.length);
      const opened = new SubjectKeys(keys, there, clock);
      expect(people.map((subject) => opened.get(subject))).toEqual(before);
    } finally {
      await keys.close();
      await there.close();
    }
  }
});

test('a copy of the keys that was cut anywhere, or is one piece of another, brings no key back', async () => {
  const { store, keyring, people } = await peopleOf(1_200);
  const { keysDb } = await keyring.exportWithSubjectKeys(store);
  const newer = (await keyring.exportWithSubjectKeys(store)).keysDb;
  const half = Math.floor(keysDb.length / 2);
  const torn = [
    ...[0, 1, 40, half, keysDb.length - 1].map((end) => keysDb.subarray(0, end)),
    Buffer.concat([newer.subarray(0, half), keysDb.subarray(half)]),
    Buffer.concat([keysDb.subarray(0, half), Buffer.alloc(keysDb.length - half)]),
    Buffer.concat([keysDb, Buffer.alloc(1)]),
  ];
  const keys = await openStore({
    file: join(temporaryFolder(), 'keys.db'),
    name: 'keys',
    migrations: keysMigrations,
    clock,
    erasable: true,
    createIfMissing: true,
  });
  onTestFinished(() => keys.close());
  for (const bytes of torn)
    await expect(keyring.restoreSubjectKeys(keys, bytes)).rejects.toMatchObject({ code: 'INTEGRITY' });
  expect(keys.sql('SELECT count(*) AS n FROM subject_keys').get()).toEqual({ n: 0 });
  expect(await keyring.restoreSubjectKeys(keys, keysDb)).toBe(people.length);
});
