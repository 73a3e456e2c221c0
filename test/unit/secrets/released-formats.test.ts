// What format 1 wrote has to open for ever: these files are never made again. Secrets are compared by hash.
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInstallation } from '../../../main/secrets/installation.ts';
import { systemKeychain } from '../../../main/secrets/keychain.ts';
import { Keyring } from '../../../main/secrets/keyring.ts';
import { unlockMasterKey } from '../../../main/secrets/master-key.ts';
import { parseRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import { openWithRecoveryKey } from '../../../main/secrets/recovery-seal.ts';
import { SubjectKeys } from '../../../main/secrets/subject-keys.ts';
import { keysMigrations } from '../../../main/storage/migrations/keys.ts';
import { openStore } from '../../../main/storage/open-store.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

const fixture = 'test/fixtures/secrets-format-1';
const fixtureId = (last: number) => `019a5c00-0000-7000-8000-00000000000${last}` as Uuid;
const installation = fixtureId(1);
const tenant = fixtureId(2);
const person = fixtureId(3);
const operator = fixtureId(4);
const masterKey = Buffer.alloc(32, 7);
const recoveryKey = '144GJ-28914-4GJ28-9144G-J2891-44GJ2-89144-GJ289-144GJ-28914-4RR30';

const print = (bytes: Uint8Array = Buffer.alloc(0)) =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function copyOfFixture(): string {
  const folder = temporaryFolder();
  cpSync(fixture, folder, { recursive: true });
  return folder;
}

test('format 1: a passphrase opens the installation and its keyring', async () => {
  const folder = copyOfFixture();
  expect(await readInstallation(folder)).toEqual({
    id: installation,
    secrets: 'passphrase',
    createdAt: 1_790_000_000_000,
  });
  const unlocked = await unlockMasterKey(folder, systemKeychain(), 'correct horse battery staple');
  expect(unlocked).toEqual(masterKey);
  const keyring = await Keyring.open(folder, unlocked);
  expect({
    tenants: keyring.tenantIds,
    pepper: print(keyring.installation.pepper),
    password: print(keyring.tenant(tenant).repositoryPassword),
    signing: keyring.signingKeys.map((key) => [key.epoch, key.generation, print(key.privateKey)]),
    recovery: keyring.recoveryFingerprint,
  }).toEqual({
    tenants: [tenant],
    pepper: '2c58982f1d84fbae',
    password: 'f994016cd2ade4c9',
    signing: [[1, 1, '8c7dc716069c5320']],
    recovery: '32e734889e9072bd',
  });
});

test('format 1: the recovery key opens what lies on a target', async () => {
  const folder = copyOfFixture();
  const opened = await openWithRecoveryKey(
    readFileSync(join(folder, 'recovery.json')),
    parseRecoveryKey(recoveryKey),
  );
  expect([opened.installationId, opened.masterKey]).toEqual([installation, masterKey]);
  renameSync(join(folder, 'keyring.target.enc'), join(folder, 'keyring.enc'));
  const keyring = await Keyring.open(folder, opened.masterKey);
  expect(keyring.signingKeys).toEqual([]);

  const clock = { now: () => 1_790_000_000_000, monotonicMicros: () => 0 };
  const store = await openStore({
    file: join(folder, 'keys.db'),
    name: 'keys',
    migrations: keysMigrations,
    clock,
    erasable: true,
    createIfMissing: true,
  });
  try {
    expect(await keyring.restoreSubjectKeys(store, readFileSync(join(folder, 'keys.db.enc')))).toBe(2);
    const keys = new SubjectKeys(store, keyring, clock);
    expect([person, operator].map((id) => print(keys.get(id)))).toEqual([
      '33d4ed3b412cebf3',
      'dc6fda2c15074fae',
    ]);
  } finally {
    await store.close();
  }
});
