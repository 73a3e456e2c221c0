import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ed25519KeyFromSeed, ed25519Sign, ed25519Verify } from '../../../main/secrets/ed25519.ts';
import { Keyring } from '../../../main/secrets/keyring.ts';
import { openKeyring } from '../../../main/secrets/keyring-file.ts';
import { deriveRecovery, type RecoveryDerivation } from '../../../main/secrets/recovery-derivation.ts';
import { generateRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import { openWithRecoveryKey } from '../../../main/secrets/recovery-seal.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

const masterKey = randomBytes(32);
const recoveryKey = generateRecoveryKey();
const uuid = () => randomUUID() as Uuid;
const buffersOf = (secrets: object) => Object.values(secrets).filter((value) => Buffer.isBuffer(value));
let recovery: RecoveryDerivation;

beforeAll(async () => {
  recovery = await deriveRecovery(recoveryKey);
});

async function newKeyring() {
  const folder = temporaryFolder();
  const installationId = uuid();
  const keyring = await Keyring.create(folder, { installationId, masterKey, recovery });
  return { folder, file: join(folder, 'keyring.enc'), installationId, keyring };
}

test('everything put in is there after a restart', async () => {
  const { folder, installationId, keyring } = await newKeyring();
  const [one, other] = [uuid(), uuid()];
  const secrets = await keyring.addTenant(one);
  await keyring.addTenant(other);
  const signing = await keyring.addSigningKey({ epoch: 1, generation: 1, createdAt: 1_790_000_000_000 });
  const again = await Keyring.open(folder, masterKey);
  expect(again.installationId).toBe(installationId);
  expect(again.installation).toEqual(keyring.installation);
  expect(again.tenantIds).toEqual([one, other]);
  expect(again.tenant(one)).toEqual(secrets);
  expect(again.signingKeys).toEqual([signing]);
  expect(again.recovery).toEqual(recovery);
  expect(again.recoveryFingerprint).toMatch(/^[0-9a-f]{16}$/);
});

test('no two secrets are the same, and passwords are 43 plain characters', async () => {
  const { keyring } = await newKeyring();
  const scopes = [keyring.installation, await keyring.addTenant(uuid()), await keyring.addTenant(uuid())];
  const all = scopes.flatMap((scope) => buffersOf(scope).map((secret) => secret.toString('hex')));
  expect(new Set(all).size).toBe(8 + 4 + 4);
  for (const { repositoryPassword } of scopes) {
    expect(repositoryPassword.toString('latin1')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  }
});

test('a removed tenant is gone from memory and file', async () => {
  const { folder, keyring } = await newKeyring();
  const id = uuid();
  await keyring.addTenant(id);
  await expect(keyring.addTenant(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await keyring.removeTenant(id)).toBe(true);
  expect(await keyring.removeTenant(id)).toBe(false);
  for (const opened of [keyring, await Keyring.open(folder, masterKey)]) {
    expect(opened.hasTenant(id)).toBe(false);
    expect(() => opened.tenant(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  }
});

test('changes asked for at once are all kept', async () => {
  const { folder, keyring } = await newKeyring();
  const ids = Array.from({ length: 12 }, uuid);
  await Promise.all(ids.map((id) => keyring.addTenant(id)));
  expect((await Keyring.open(folder, masterKey)).tenantIds).toEqual(ids);
});

test('a signing key signs, and is destroyed at rotation', async () => {
  const { folder, keyring } = await newKeyring();
  const first = await keyring.addSigningKey({ epoch: 1, generation: 1, createdAt: 1 });
  await expect(keyring.addSigningKey({ epoch: 1, generation: 1, createdAt: 2 })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  const message = Buffer.from('checkpoint');
  const signature = ed25519Sign(ed25519KeyFromSeed(first.privateKey).privateKey, message);
  expect(ed25519Verify(first.publicKey, message, signature)).toBe(true);
  const second = await keyring.addSigningKey({ epoch: 1, generation: 2, createdAt: 2 });
  expect(await keyring.retireSigningKey(first)).toBe(true);
  expect(await keyring.retireSigningKey(first)).toBe(false);
  expect((await Keyring.open(folder, masterKey)).signingKeys).toEqual([second]);
});

test('a target gets everything but the signing keys, and recovery.json opens it', async () => {
  const { installationId, keyring } = await newKeyring();
  const tenant = uuid();
  await keyring.addTenant(tenant);
  const { privateKey } = await keyring.addSigningKey({ epoch: 1, generation: 1, createdAt: 1 });
  const opened = await openWithRecoveryKey(keyring.exportRecovery(), recoveryKey);
  expect(opened.installationId).toBe(installationId);
  const { content, kind } = openKeyring(keyring.exportForTarget(), opened.masterKey);
  expect(kind).toBe('target');
  expect(content.signing).toEqual([]);
  expect(content.tenants.get(tenant)).toEqual(keyring.tenant(tenant));
  expect(content.installation).toEqual(keyring.installation);
  expect(privateKey).not.toEqual(Buffer.alloc(32));

  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'keyring.enc'), keyring.exportForTarget());
  expect((await Keyring.open(elsewhere, opened.masterKey)).signingKeys).toEqual([]);
});

test('what signs in to targets is kept, changed and forgotten, and is in no copy that lies on one', async () => {
  const { folder, file, keyring } = await newKeyring();
  const [one, other] = [uuid(), uuid()];
  const password = { kind: 'password', password: 'a password of the test' } as const;
  const key = { kind: 'private-key', privateKey: 'the key', passphrase: 'of it' } as const;
  await keyring.putTargetCredentials(one, password);
  await keyring.putTargetCredentials(other, key);
  expect(readFileSync(file).includes(password.password)).toBe(false);
  const again = await Keyring.open(folder, masterKey);
  expect([again.targetCredentials(one), again.targetCredentials(other)]).toEqual([password, key]);
  expect(openKeyring(again.exportForTarget(), masterKey).content.targets.size).toBe(0);
  await again.putTargetCredentials(one, key);
  await again.putTargetCredentials(other, null);
  const last = await Keyring.open(folder, masterKey);
  expect([last.targetCredentials(one), last.targetCredentials(other)]).toEqual([key, null]);
});

test('what signs in to a destination of the log is kept and forgotten, and is in no copy that lies on a target', async () => {
  const { folder, file, keyring } = await newKeyring();
  const [one, other] = [uuid(), uuid()];
  const kept = { boundTo: 'an address', secrets: { bearerToken: 'a-token-of-the-test' } };
  await keyring.putForwardingSecrets(one, kept);
  await keyring.putForwardingSecrets(other, kept);
  await keyring.putForwardingSecrets(other, null);
  expect(readFileSync(file).includes('a-token-of-the-test')).toBe(false);
  const again = await Keyring.open(folder, masterKey);
  expect([again.forwardingSecrets(one), again.forwardingSecrets(other)]).toEqual([kept, null]);
  expect(openKeyring(again.exportForTarget(), masterKey).content.forwarding.size).toBe(0);
});

test('a replaced recovery key is the one that opens recovery.json from then on', async () => {
  const { folder, keyring } = await newKeyring();
  const before = keyring.recoveryFingerprint;
  const next = generateRecoveryKey();
  await keyring.replaceRecovery(await deriveRecovery(next));
  const bytes = (await Keyring.open(folder, masterKey)).exportRecovery();
  expect((await openWithRecoveryKey(bytes, next)).masterKey).toEqual(masterKey);
  await expect(openWithRecoveryKey(bytes, recoveryKey)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(keyring.recoveryFingerprint).not.toBe(before);
});

test('any changed, cut or added byte is refused', async () => {
  const { folder, file } = await newKeyring();
  const whole = readFileSync(file);
  const header = whole.indexOf('\n') + 1;
  const places = [
    0,
    17,
    25,
    header - 3,
    header - 1,
    header,
    header + 12,
    whole.length - 17,
    whole.length - 1,
  ];
  const hostile = [
    ...places.map((at) => Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte)))),
    whole.subarray(0, -1),
    whole.subarray(0, header + 5),
    whole.subarray(0, header),
    Buffer.alloc(0),
    Buffer.concat([whole, Buffer.alloc(1)]),
    Buffer.from(whole.toString('latin1').replace(' full\n', ' target\n'), 'latin1'),
  ];
  for (const bytes of hostile) {
    writeFileSync(file, bytes);
    const failure: unknown = await Keyring.open(folder, masterKey).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'INTEGRITY' });
  }
});

test('a newer format, another master key and no file are told apart', async () => {
  const { folder, file, installationId } = await newKeyring();
  await expect(Keyring.open(folder, randomBytes(32))).rejects.toMatchObject({ code: 'INTEGRITY' });
  await expect(Keyring.create(folder, { installationId, masterKey, recovery })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  const text = readFileSync(file, 'latin1');
  writeFileSync(file, text.replace('holdfast-keyring 1 ', 'holdfast-keyring 2 '), 'latin1');
  await expect(Keyring.open(folder, masterKey)).rejects.toMatchObject({ code: 'NEWER_FORMAT' });
  await expect(Keyring.open(temporaryFolder(), masterKey)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the file is for its owner only, holds no secret in clear and leaves nothing beside it', async () => {
  const { folder, file, keyring } = await newKeyring();
  await keyring.addTenant(uuid());
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['keyring.enc']);
  const bytes = readFileSync(file);
  for (const secret of buffersOf(keyring.installation)) {
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(secret.toString('base64'))).toBe(false);
  }
});

test('what an interrupted change left is swept at open, and nothing else', async () => {
  const { folder } = await newKeyring();
  writeFileSync(join(folder, 'keyring.enc.0123456789abcdef.partial'), 'half');
  writeFileSync(join(folder, 'keyring.enc.backup'), 'mine');
  writeFileSync(join(folder, 'control.db.0123456789abcdef.partial'), 'not mine');
  await Keyring.open(folder, masterKey);
  expect(readdirSync(folder).sort()).toEqual([
    'control.db.0123456789abcdef.partial',
    'keyring.enc',
    'keyring.enc.backup',
  ]);
});

test('closing waits for changes, overwrites private keys in memory and refuses further use', async () => {
  const { folder, keyring } = await newKeyring();
  const { privateKey } = await keyring.addSigningKey({ epoch: 1, generation: 1, createdAt: 1 });
  const adding = keyring.addTenant(uuid());
  await keyring.close();
  await adding;
  expect(privateKey).toEqual(Buffer.alloc(32));
  expect(() => keyring.installation).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  await expect(keyring.addTenant(uuid())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect((await Keyring.open(folder, masterKey)).tenantIds).toHaveLength(1);
});
