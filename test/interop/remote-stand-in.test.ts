import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { folderTarget } from '../../main/backups/targets/folder-target.ts';
import { MovableTarget } from '../../main/backups/targets/movable-target.ts';
import type { TargetMoved, TargetSync } from '../../shared/contract/backups/targets.ts';
import type { BackupResult, BackupVerification, RestoreResult } from '../../shared/contract/backups.ts';
import type { Uuid } from '../../shared/ids.ts';
import { makeProtected, type Protected, recoveryKey } from '../doubles/protected-installation.ts';
import { type S3Server, s3Credentials, startS3Server } from '../doubles/s3-server.ts';
import { type SftpServer, startSftpServer } from '../doubles/sftp-server.ts';
import { restic } from './restic-program.ts';

let s3: S3Server;
let sftp: SftpServer;
let folder: string;
let place: Protected;
let made = 0;
let rows = 0;
const disk = (name: string) => join(folder, name);
const away = () => renameSync(disk('first'), disk('first-away'));
const back = () => renameSync(disk('first-away'), disk('first'));

beforeAll(async () => {
  [s3, sftp] = await Promise.all([startS3Server(), startSftpServer()]);
});
afterAll(async () => {
  await Promise.all([s3.close(), sftp.close()]);
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-remote-stand-in-'));
  for (const name of ['first', 'second']) mkdirSync(disk(name));
  place = await makeProtected({ target: (id) => new MovableTarget(folderTarget(disk('first'), id)) });
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

type Addition = Parameters<Protected['manager']['copies']['addTarget']>[0];
const places = {
  'a bucket': (): Pick<Addition, 'place' | 'credentials'> => {
    made += 1;
    const { credentials: _, ...bucket } = s3.location(`stand-in-${made}`);
    return { place: bucket, credentials: s3Credentials };
  },
  'a folder of a server': (): Pick<Addition, 'place' | 'credentials'> => {
    const { credentials, ...server } = sftp.location();
    return { place: server, credentials: credentials ?? undefined };
  },
};
async function add(name: string, input: Pick<Addition, 'place' | 'credentials'>): Promise<Uuid> {
  const { id } = await place.manager.copies.addTarget(
    { name, bytesPerSecond: null, covers: { kind: 'all' }, ...input },
    place.operation('backup.target.add'),
  );
  return id as Uuid;
}
async function backUp(): Promise<BackupResult> {
  rows += 1;
  await place.put('orders', `order ${rows}`, { at: rows });
  return await place.finished<BackupResult>(
    place.manager.createBackup({ scope: { tenant: place.tenantId }, kind: 'incremental' }, place.operation()),
  );
}
const sync = (targetId: Uuid) =>
  place.finished<TargetSync>(
    place.manager.copies.syncTarget({ targetId }, place.operation('backup.target.sync')),
  );
const idOf = ({ snapshots }: BackupResult) => snapshots[0]?.id ?? '';
const targetsOf = () =>
  place.control
    .sql<{ at: string | null }>('SELECT target_id AS at FROM snapshots ORDER BY time')
    .all()
    .map(({ at }) => at);
const restored = (snapshotId: string) =>
  place.finished<RestoreResult>(
    place.manager.restoreBackup(
      {
        tenant: place.tenantId,
        snapshotId,
        destination: { kind: 'folder', path: disk(`restored-${snapshotId}`) },
        reason: 'to see it',
      },
      place.operation('backup.restore'),
    ),
  );
async function problems() {
  const verifying = place.manager.verifyBackupIntegrity(
    { tenant: place.tenantId, level: 4 },
    place.operation('backup.verify'),
  );
  return (await place.finished<BackupVerification>(verifying)).problems;
}
const check = (name: string) => {
  const repository = join(disk(name), place.parts.sources.installationId, 'repositories', place.tenantId);
  return restic(repository, recoveryKey, 'check', '--read-data');
};

test.each(Object.entries(places))(
  '%s stands in while the first target is away, and what it has comes back',
  async (_, placeOf) => {
    const remote = await add('remote', placeOf());
    await backUp();
    await sync(remote);
    away();
    const elsewhere = await backUp();
    expect(elsewhere.wroteTo).toEqual([expect.objectContaining({ name: 'remote' })]);
    const more = await backUp();
    expect(targetsOf()).toEqual([null, remote, remote]);
    expect(await restored(idOf(elsewhere))).toMatchObject({ verifiedLevel: 4 });
    back();
    await backUp();
    expect(targetsOf()).toEqual([null, null, null, null]);
    expect(await restored(idOf(more))).toMatchObject({ verifiedLevel: 4 });
    expect(await problems()).toEqual([]);
    expect(check('first')).toMatch('no errors were found');
  },
  60_000,
);

test('a folder whose owner lacks a copy takes over with the repository of a bucket', async () => {
  const bucket = await add('bucket', places['a bucket']());
  const only = idOf(await backUp());
  await sync(bucket);
  await add('second', { place: { kind: 'folder', path: disk('second') } });
  away();
  const path = disk('second');
  expect((await place.manager.moving.planTargetMove({ path })).lost).toMatchObject({ snapshots: 0 });
  const moving = place.manager.moving.moveTarget({ path, lost: true }, place.operation('backup.target.move'));
  expect(await place.finished<TargetMoved>(moving)).toMatchObject({ repositories: 1, lost: 0 });
  expect(await restored(only)).toMatchObject({ verifiedLevel: 4 });
  await backUp();
  expect(await problems()).toEqual([]);
  expect(check('second')).toMatch('no errors were found');
}, 60_000);
