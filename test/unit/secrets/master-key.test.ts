// Needs the session of test/system/with-keychain.ts: npm test -- test/unit/secrets
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInstallation, type SecretsMode, writeInstallation } from '../../../main/secrets/installation.ts';
import { systemKeychain } from '../../../main/secrets/keychain.ts';
import { Keyring } from '../../../main/secrets/keyring.ts';
import {
  keepMasterKey,
  masterKeyAccount,
  newMasterKey,
  unlockMasterKey,
} from '../../../main/secrets/master-key.ts';
import { PassphraseSeal } from '../../../main/secrets/passphrase-seal.ts';
import { deriveRecovery } from '../../../main/secrets/recovery-derivation.ts';
import { generateRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

const keychain = systemKeychain();

async function newInstallation(secrets: SecretsMode) {
  const folder = temporaryFolder();
  const id = randomUUID() as Uuid;
  const masterKey = newMasterKey();
  await writeInstallation(folder, { id, secrets, createdAt: 1_790_000_000_000 });
  if (secrets === 'keychain') await keepMasterKey(keychain, id, masterKey);
  else {
    const slot = { id: randomUUID(), kind: 'operator', createdAt: 1_790_000_000_000 } as const;
    await PassphraseSeal.create(folder, id, { N: 1024, r: 8, p: 1 }).add(slot, 'correct horse', masterKey);
  }
  const recovery = await deriveRecovery(generateRecoveryKey());
  await Keyring.create(folder, { installationId: id, masterKey, recovery });
  return { folder, id, masterKey };
}

test('the master key comes back from the keychain', async () => {
  const { folder, id, masterKey } = await newInstallation('keychain');
  expect(await unlockMasterKey(folder, keychain)).toEqual(masterKey);
  expect(masterKey).toHaveLength(32);
  expect(await keychain.get(masterKeyAccount(id))).toBe(`1:${masterKey.toString('base64')}`);
  await Keyring.open(folder, await unlockMasterKey(folder, keychain));
});

test('an emptied keychain and a foreign item are KEYCHAIN_UNAVAILABLE', async () => {
  const { folder, id } = await newInstallation('keychain');
  await keychain.set(masterKeyAccount(id), '2:something newer');
  await expect(unlockMasterKey(folder, keychain)).rejects.toMatchObject({
    code: 'KEYCHAIN_UNAVAILABLE',
    data: { reason: 'unknown-form' },
  });
  await keychain.delete(masterKeyAccount(id));
  await expect(unlockMasterKey(folder, keychain)).rejects.toMatchObject({
    code: 'KEYCHAIN_UNAVAILABLE',
    data: { reason: 'no-key' },
  });
});

test('a key in the keychain is never overwritten by another', async () => {
  const { folder, id, masterKey } = await newInstallation('keychain');
  await expect(keepMasterKey(keychain, id, newMasterKey())).rejects.toMatchObject({ code: 'CONFLICT' });
  await keepMasterKey(keychain, id, masterKey);
  expect(await unlockMasterKey(folder, keychain)).toEqual(masterKey);
});

test('without a keychain a passphrase opens, a wrong or missing one is UNAUTHENTICATED', async () => {
  const { folder, id, masterKey } = await newInstallation('passphrase');
  expect(await unlockMasterKey(folder, keychain, 'correct horse')).toEqual(masterKey);
  expect(await keychain.get(masterKeyAccount(id))).toBeNull();
  for (const secret of [undefined, 'wrong']) {
    await expect(unlockMasterKey(folder, keychain, secret)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  }
});

test('a lost or foreign unlock.json is INTEGRITY', async () => {
  const { folder } = await newInstallation('passphrase');
  const other = await newInstallation('passphrase');
  writeFileSync(join(folder, 'unlock.json'), readFileSync(join(other.folder, 'unlock.json')));
  await expect(unlockMasterKey(folder, keychain, 'correct horse')).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { problems: [{ kind: 'foreign', file: 'unlock.json' }] },
  });
});

test('an empty folder, and one whose making was interrupted, hold no installation', async () => {
  const folder = temporaryFolder();
  const missing = { code: 'NOT_FOUND', data: { kind: 'installation' } };
  await expect(unlockMasterKey(folder, keychain)).rejects.toMatchObject(missing);
  const installation = { id: randomUUID() as Uuid, secrets: 'keychain', createdAt: 1 } as const;
  await writeInstallation(folder, installation);
  expect(await readInstallation(folder)).toEqual(installation);
  await expect(unlockMasterKey(folder, keychain)).rejects.toMatchObject(missing);
});
