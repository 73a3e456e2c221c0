import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyRepository } from '../../../../main/backups/copies/copy-repository.ts';
import { SftpFiles } from '../../../../main/backups/targets/sftp/sftp-files.ts';
import { sftpStore } from '../../../../main/backups/targets/sftp/sftp-store.ts';
import { type PlainSftpServer, startPlainSftpServer } from '../../../doubles/plain-sftp-server.ts';

let server: PlainSftpServer;
const quick = { pauses: [10], silenceMs: 5000 };
const nameOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  server = await startPlainSftpServer();
});
afterAll(() => server.close());

test('a password signs in, another one is told', async () => {
  expect(await sftpStore(server.location(), quick).folders('')).toEqual([]);
  const refused = sftpStore(server.location('not the password'), quick).folders('');
  await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN', data: { reason: 'target-credentials' } });
});

test('without posix-rename the single copies are replaced in two steps, and nothing is left beside them', async () => {
  const store = sftpStore(server.location(), quick);
  await store.prepare('own');
  await store.replace('own/keyring.enc', Buffer.from('the first'));
  server.asked.length = 0;
  await store.replace('own/keyring.enc', Buffer.from('the second'));
  expect(server.asked.slice(-2)).toEqual(['remove', 'rename']);
  expect(readFileSync(join(server.folder, 'own', 'keyring.enc'), 'utf8')).toBe('the second');
  expect(readdirSync(join(server.folder, 'own'))).toEqual(['keyring.enc']);
  expect(await store.freeBytes()).toBeNull();
});

test('a repository is copied to it and back, and no file is replaced', async () => {
  const [there, back] = ['there', 'back'].map((name) => {
    mkdirSync(join(server.folder, name));
    const { path, ...location } = server.location();
    return new SftpFiles({ ...location, path: join(path, name) }, quick);
  });
  if (there === undefined || back === undefined) throw new TypeError('two places');
  await there.prepare();
  const bytes = randomBytes(200_000);
  await there.write('keys', nameOf(Buffer.from('key')), [Buffer.from('key')]);
  await there.write('data', nameOf(bytes), [bytes]);
  await there.write('config', '', [Buffer.from('the config')]);
  await expect(there.write('data', nameOf(bytes), [bytes])).rejects.toMatchObject({ code: 'CONFLICT' });
  const report = await copyRepository(there, back, {
    lock: () => Promise.reject(new Error('nothing is removed')),
    signal: new AbortController().signal,
    makeRoom: () => Promise.resolve({ files: 0, bytes: 0 }),
    pace: () => Promise.resolve(),
    onPlan: () => undefined,
    onCopied: () => undefined,
  });
  expect(report.copied.files).toBe(2);
  expect(await back.storedHash('data', nameOf(bytes))).toBe(nameOf(bytes));
});
