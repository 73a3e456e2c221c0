import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import {
  deriveRecovery,
  isRecoveryKeyOf,
  type RecoveryDerivation,
  recoveryFingerprint,
} from '../../../main/secrets/recovery-derivation.ts';
import { generateRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import { openWithRecoveryKey, sealForRecovery } from '../../../main/secrets/recovery-seal.ts';
import type { Uuid } from '../../../shared/ids.ts';

const key = generateRecoveryKey();
const installationId = randomUUID() as Uuid;
const masterKey = randomBytes(32);
let recovery: RecoveryDerivation;
let file: Buffer;

beforeAll(async () => {
  recovery = await deriveRecovery(key);
  file = sealForRecovery(installationId, masterKey, recovery);
});

function changed(change: (content: Record<string, unknown>) => void): Buffer {
  const content = JSON.parse(file.toString());
  change(content);
  return Buffer.from(JSON.stringify(content));
}

test('the recovery key opens what its derivation sealed, and yields the derivation again', async () => {
  expect(await openWithRecoveryKey(file, key)).toEqual({ installationId, masterKey, recovery });
});

test('the derivation is scrypt of the written key as restic reads it', () => {
  const { N, r, p, salt, derived } = recovery;
  expect([salt.length, derived.length]).toEqual([64, 64]);
  const program = `import hashlib
print(hashlib.scrypt(b'${key}', salt=bytes.fromhex('${salt.toString('hex')}'), n=${N}, r=${r}, p=${p}, maxmem=1<<26, dklen=64).hex())`;
  expect(execFileSync('python3', ['-c', program], { encoding: 'utf8' }).trim()).toBe(derived.toString('hex'));
});

test('the key is recognised again by its derivation, another one is not', async () => {
  expect(await isRecoveryKeyOf(recovery, key)).toBe(true);
  expect(await isRecoveryKeyOf(recovery, generateRecoveryKey())).toBe(false);
  expect(recoveryFingerprint(recovery)).toMatch(/^[0-9a-f]{16}$/);
});

test('another recovery key, or a file of another installation, is UNAUTHENTICATED', async () => {
  const foreign = changed((content) => {
    content.installationId = randomUUID();
  });
  for (const [bytes, by] of [
    [file, generateRecoveryKey()],
    [foreign, key],
  ] as const) {
    await expect(openWithRecoveryKey(bytes, by)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
});

test('hostile files are refused before scrypt runs', async () => {
  const withScrypt = (scrypt: Record<string, number>) =>
    changed((content) => {
      content.scrypt = { ...(content.scrypt as object), ...scrypt };
    });
  const hostile = [
    withScrypt({ N: 2 ** 30 }),
    withScrypt({ N: 2 ** 20, r: 32 }),
    withScrypt({ N: 1000 }),
    withScrypt({ p: 1000 }),
    changed((content) => {
      content.format = 0;
    }),
    changed((content) => {
      content.more = 1;
    }),
    Buffer.from('{"format":1}'),
    Buffer.from([0xff]),
    Buffer.alloc(0),
  ];
  for (const bytes of hostile) {
    await expect(openWithRecoveryKey(bytes, key)).rejects.toMatchObject({ code: 'INTEGRITY' });
  }
  const newer = Buffer.from('{"format":2,"anything":"else"}');
  await expect(openWithRecoveryKey(newer, key)).rejects.toMatchObject({
    code: 'NEWER_FORMAT',
    data: { what: 'recovery.json', found: 2, known: 1 },
  });
});

test('nothing of the key, the derivation or the master key stands in the file', () => {
  const text = file.toString();
  for (const secret of [masterKey, recovery.derived]) {
    expect(text).not.toContain(secret.toString('base64'));
  }
  expect(text).not.toContain(key);
  expect(Object.keys(JSON.parse(text))).toEqual(['format', 'installationId', 'scrypt', 'sealed']);
});
