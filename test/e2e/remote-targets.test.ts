import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { S3StandIn } from '../doubles/s3-stand-in.ts';
import { type SftpServer, startSftpServer } from '../doubles/sftp-server.ts';
import { Installation } from './holdfast.ts';

// each command is a process of its own, and proves a passphrase with argon2id
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const installation = new Installation();
const does = (words: readonly string[]) => installation.does(words);
const refused = async (words: readonly string[]) => {
  const { status, document } = await installation.run(words);
  expect(status).not.toBe(0);
  return document.error;
};
const s3 = new S3StandIn({ checksums: true });
const keyFile = installation.path('recovery-key.txt');
const bucketFile = installation.path('bucket.env');
const backUp = ['backup', 'target'];
let sftp: SftpServer;
let bucket: string;
let nas: string;

beforeAll(async () => {
  [sftp] = await Promise.all([startSftpServer(), s3.start()]);
  const { endpoint, credentials } = s3.location();
  bucket = `s3:${endpoint}/locked/holdfast`;
  writeFileSync(
    bucketFile,
    `AWS_ACCESS_KEY_ID=${credentials?.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${credentials?.secretAccessKey}\n`,
  );
  const folder = join(sftp.folder, 'nas');
  mkdirSync(folder);
  nas = `sftp://${sftp.location().username}@127.0.0.1:${sftp.port}${folder}`;
  const made = await does(['init', '--owner', 'Ada Obi', '--passphrase-only']);
  writeFileSync(keyFile, made.recoveryKey);
  await does(['tenant', 'create', '--name', 'Acme', '--slug', 'acme', '--tier', 'enterprise']);
  const lines = installation.path('people.jsonl');
  writeFileSync(lines, '{"id":"one","n":1}\n');
  await does(['data', 'import', lines, '--tenant', 'acme', '--collection', 'people']);
  await does(['backup', 'run', '--all']);
});
afterAll(async () => {
  installation.remove();
  await Promise.all([sftp.close(), s3.close()]);
});

test('a bucket is added, tried, brought up to date, changed', async () => {
  expect(await refused([...backUp, 'add', 's3:ftp://nothing', '--name', 'x'])).toMatchObject({
    code: 'USAGE',
  });
  expect(await refused([...backUp, 'add', bucket, '--name', 'bucket'])).toMatchObject({ code: 'VALIDATION' });
  const wrong = installation.path('wrong.json');
  writeFileSync(wrong, '{"accessKeyId": "STANDIN", "secretAccessKey": "no"}');
  const add = [
    ...backUp,
    'add',
    bucket,
    '--name',
    'bucket',
    '--region',
    'eu-central-1',
    '--credentials-file',
  ];
  expect(await refused([...add, wrong])).toMatchObject({
    code: 'FORBIDDEN',
    data: { reason: 'target-credentials' },
  });
  const added = await does([...add, bucketFile]);
  expect(added).toMatchObject({ kind: 's3', address: bucket, state: 'ready', hasCredentials: true });
  expect(await does([...backUp, 'test', added.id])).toMatchObject({ freeBytes: null });
  expect(await does([...backUp, 'sync', added.id])).toMatchObject({ repositories: 2 });
  const changed = [...backUp, 'update', added.id, '--name', 'cellar', '--bytes-per-second', '5000000'];
  expect(await does(changed)).toMatchObject({ name: 'cellar', bytesPerSecond: 5_000_000 });
  expect(await refused([...backUp, 'update', added.id])).toMatchObject({ code: 'VALIDATION' });
  const { items } = await does([...backUp, 'list']);
  expect(items).toMatchObject([{ id: null }, { name: 'cellar', lastSync: { errorCode: null } }]);
  const { secretAccessKey = 'none' } = s3.location().credentials ?? {};
  expect(JSON.stringify(items)).not.toContain(secretAccessKey);
  for (const file of ['control.db', 'audit.db', 'keyring.enc']) {
    expect(readFileSync(join(installation.path('data'), file)).includes(secretAccessKey), file).toBe(false);
  }
});

test('an SFTP server is added once its host key was given', async () => {
  const add = [...backUp, 'add', nas, '--name', 'nas', '--credentials-file', sftp.keyFile];
  const error = await refused(add);
  expect(error).toMatchObject({ code: 'CONFLICT', data: { fingerprint: sftp.hostKey } });
  expect(error.message).toContain(sftp.hostKey);
  const { id } = await does([...add, '--host-key', sftp.hostKey]);
  expect(await does([...backUp, 'sync', id])).toMatchObject({ repositories: 2 });
});

test.each(['bucket', 'nas'])('a lost installation comes back from the %s', async (name) => {
  const address = name === 'bucket' ? bucket : nas;
  const signIn =
    name === 'bucket'
      ? ['--credentials-file', bucketFile, '--region', 'eu-central-1']
      : ['--credentials-file', sftp.keyFile, '--host-key', sftp.hostKey];
  rmSync(installation.path('data'), { recursive: true });
  const folder = installation.path(`from-${name}`);
  const recover = ['recover', '--target', address, '--recovery-key-file', keyFile, '--passphrase-only'];
  expect(await refused([...recover, ...signIn])).toMatchObject({ code: 'USAGE' });
  mkdirSync(folder);
  const recovery = await does([...recover, '--backups-to', folder, ...signIn]);
  expect(recovery.tenants).toMatchObject([{ rows: 1 }]);
  const { items } = await does(['data', 'list', '--tenant', 'acme', '--collection', 'people']);
  expect(items).toHaveLength(1);
  await does(['backup', 'run', '--all']);
  expect((await does([...backUp, 'list'])).items[0]).toMatchObject({ kind: 'folder', address: folder });
});
