import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BackupTarget, TargetSync } from '../../shared/contract/backups/targets.ts';
import { makeProtected, type Protected, recoveryKey } from '../doubles/protected-installation.ts';
import { type S3Server, s3Credentials, startS3Server } from '../doubles/s3-server.ts';
import { S3StandIn } from '../doubles/s3-stand-in.ts';
import { type SftpServer, startSftpServer } from '../doubles/sftp-server.ts';
import { restic, resticBeside } from './restic-program.ts';

let s3: S3Server;
let sftp: SftpServer;
let place: Protected;
let made = 0;

beforeAll(async () => {
  [s3, sftp] = await Promise.all([startS3Server(), startSftpServer()]);
});
afterAll(async () => {
  await Promise.all([s3.close(), sftp.close()]);
});
beforeEach(async () => {
  place = await makeProtected();
  await place.put('orders', 'one', { at: 1 });
});
afterEach(() => place.close());

type Addition = Parameters<Protected['manager']['copies']['addTarget']>[0];
const add = (input: Pick<Addition, 'place' | 'credentials'>) =>
  place.manager.copies.addTarget(
    { name: 'away', bytesPerSecond: null, covers: { kind: 'all' }, ...input },
    place.operation('backup.target.add'),
  );
const listed = async () => (await place.manager.copies.listTargets()).items[1];
async function sync(): Promise<TargetSync> {
  const { id } = (await listed()) ?? { id: null };
  if (id === null) throw new TypeError('there is no further target');
  return await place.finished<TargetSync>(
    place.manager.copies.syncTarget({ targetId: id }, place.operation('backup.target.sync')),
  );
}
const behind = (target: BackupTarget | undefined) =>
  target?.lag.filter(({ newest, newestCopied }) => newest !== newestCopied).length;
const owners = () => ['installation', place.tenantId] as const;

describe('a bucket that holds copies', () => {
  const input = (prefix: string): Pick<Addition, 'place' | 'credentials'> => {
    const { credentials: _, ...bucket } = s3.location(prefix);
    return { place: bucket, credentials: s3Credentials };
  };

  test('gets every owner, follows removals, and restic reads it with the recovery key', async () => {
    made += 1;
    const prefix = `deep/place-${made}`;
    const added = await add(input(prefix));
    expect(added).toMatchObject({
      kind: 's3',
      address: `s3:http://127.0.0.1:${s3.port}/backups/${prefix}`,
      state: 'ready',
      hasCredentials: true,
      sameDisk: false,
    });
    expect(JSON.stringify([added, place.recorded])).not.toContain('S3RVER');
    await place.backUp('incremental', { all: true });
    expect(behind(await listed())).toBe(2);
    expect(await sync()).toMatchObject({ repositories: 2, removed: 0 });
    expect(behind(await listed())).toBe(0);
    expect(await sync()).toMatchObject({ files: 0, bytes: 0 });
    const environment = {
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
    };
    // s3rver keeps the chunk signatures of what restic uploads, its locks too
    for (const owner of owners()) {
      const repository = `${added.address}/${place.parts.sources.installationId}/repositories/${owner}`;
      const run = (...args: readonly string[]) => resticBeside(repository, recoveryKey, args, environment);
      expect(await run('check', '--read-data', '--no-lock')).toContain('no errors were found');
      expect(JSON.parse(await run('snapshots', '--json', '--no-lock'))).toHaveLength(1);
    }
    expect((await place.manager.protection()).copiedElsewhere.size).toBe(2);
  });

  test('with credentials that are wrong later is refused, and goes on with new ones', async () => {
    const server = new S3StandIn();
    await server.start();
    try {
      const { credentials, ...bucket } = server.location('a');
      if (credentials === null) throw new TypeError('there are credentials');
      await expect(add({ place: bucket, credentials: s3Credentials })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        data: { reason: 'target-credentials' },
      });
      expect(await listed()).toBeUndefined();
      const { id } = await add({ place: bucket, credentials });
      if (id === null) throw new TypeError('a further target has an id');
      await place.backUp('incremental', { all: true });
      await place.parts.copying.putCredentials(id, s3Credentials);
      await expect(sync()).rejects.toMatchObject({ code: 'FORBIDDEN' });
      expect(await listed()).toMatchObject({ state: 'refused', errorCode: 'FORBIDDEN' });
      const update = (given: typeof credentials) =>
        place.manager.copies.updateTarget(
          { targetId: id, credentials: given },
          place.operation('backup.target.update'),
        );
      await expect(update(s3Credentials)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      expect(await update(credentials)).toMatchObject({ state: 'ready' });
      expect(await sync()).toMatchObject({ repositories: 2 });
      server.objects.clear();
      await expect(sync()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(server.keys()).toEqual([]);
    } finally {
      await server.close();
    }
  });

  test('under an object lock tells until when it keeps what was removed; a tenant is erased only after that', async () => {
    const server = new S3StandIn({ versioned: true, lockMs: 3_600_000, checksums: true });
    await server.start();
    try {
      const { credentials, ...bucket } = server.location();
      if (credentials === null) throw new TypeError('there are credentials');
      const { id } = await add({ place: bucket, credentials });
      if (id === null) throw new TypeError('a further target has an id');
      await place.backUp('incremental', { all: true });
      await sync();
      const environment = {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_DEFAULT_REGION: bucket.region,
      };
      const repository = `s3:${bucket.endpoint}/locked/${place.parts.sources.installationId}/repositories/installation`;
      const checked = resticBeside(repository, recoveryKey, ['check', '--read-data'], environment);
      expect(await checked).toContain('no errors were found');
      const erased: string[] = [];
      const copyErased = (_transaction: unknown, owner: string) => void erased.push(owner);
      Object.assign(place.parts.copying, { copyErased });
      await place.control.write((transaction) => place.manager.forgetTenant(transaction, place.tenantId));
      Object.assign(place.parts.sources, { tenantIds: () => [] });
      await sync();
      const kept = (await listed())?.kept;
      expect(kept?.files).toBeGreaterThan(5);
      expect(Date.parse(kept?.until ?? '')).toBeGreaterThan(Date.now());
      expect(server.keys().filter((key) => key.includes(place.tenantId))).toEqual([]);
      expect(erased).toEqual([]);
      server.options = { versioned: true };
      await sync();
      expect(erased).toEqual([place.tenantId]);
      expect([...server.objects.keys()].filter((key) => key.includes(place.tenantId))).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

describe('a folder of an SFTP server that holds copies', () => {
  test('gets every owner after its host key was confirmed, and restic reads it', async () => {
    made += 1;
    const path = join(sftp.folder, `place-${made}`);
    mkdirSync(path);
    const { hostKey, credentials, ...server } = sftp.location(path);
    if (credentials === null) throw new TypeError('there are credentials');
    await expect(add({ place: server, credentials })).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'host-key-unknown', fingerprint: hostKey },
    });
    const added = await add({ place: { ...server, hostKey }, credentials });
    expect(added).toMatchObject({ kind: 'sftp', state: 'ready', hostKey, hasCredentials: true });
    expect(JSON.stringify([added, place.recorded])).not.toContain('PRIVATE KEY');
    await place.backUp('incremental', { all: true });
    expect(await sync()).toMatchObject({ repositories: 2, removed: 0 });
    expect(behind(await listed())).toBe(0);
    expect(await sync()).toMatchObject({ files: 0 });
    for (const owner of owners()) {
      const folder = join(path, place.parts.sources.installationId, 'repositories', owner);
      const args = ['-o', `sftp.command=${sftp.command()}`, 'check', '--read-data'];
      expect(restic(`sftp:anyone@anywhere:${folder}`, recoveryKey, ...args)).toContain(
        'no errors were found',
      );
    }
    const { id } = added;
    if (id === null) throw new TypeError('a further target has an id');
    const test_ = place.manager.copies.testTarget({ targetId: id }, place.operation('backup.target.test'));
    expect((await test_).freeBytes).toBeGreaterThan(0);

    await sftp.stop();
    await expect(sync()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await listed()).toMatchObject({ state: 'away', errorCode: 'UNAVAILABLE' });
    sftp.replaceHostKey();
    await sftp.start();
    await expect(sync()).rejects.toMatchObject({ code: 'CONFLICT' });
    await place.manager.copies.updateTarget(
      { targetId: id, hostKey: sftp.hostKey },
      place.operation('backup.target.update'),
    );
    expect(await sync()).toMatchObject({ files: 0 });
  });
});
