import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
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
  const keyring = await Keyring.create(folder, {
    installationId: uuid(),
    masterKey: randomBytes(32),
    recovery,
  });
  const tenant = uuid();
  await keyring.addTenant(tenant);
  const people = Array.from({ length: count }, uuid);
  await new SubjectKeys(store, keyring, clock).create(tenant, people);
  const keyOf = (subject: Uuid) => new SubjectKeys(store, keyring, clock).get(subject);
  return { store, keyring, tenant, people, keyOf };
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
