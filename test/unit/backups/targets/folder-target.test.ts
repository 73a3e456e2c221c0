import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackupManager } from '../../../../main/backups/backup-manager.ts';
import { dataFolderTarget, folderTarget } from '../../../../main/backups/targets/folder-target.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { makeProtected } from '../../../doubles/protected-installation.ts';

const installationId = '01a208f0-c0ea-73e1-b158-2366ea0fbcfa' as Uuid;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-target-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder of the operator holds what formats says, the copies replaced each time', async () => {
  const target = folderTarget(folder, installationId);
  for (const text of ['first', 'second']) {
    const part = Buffer.from(text);
    await target.publishRecovery({ recoveryJson: part, keyring: part, keysDb: part });
  }
  for (const name of ['recovery.json', 'keyring.enc', 'keys.db.enc']) {
    expect(readFileSync(join(folder, installationId, name), 'utf8')).toBe('second');
  }
  expect(target.repository('installation').url).toBe(
    join(folder, installationId, 'repositories', 'installation'),
  );
  expect(await target.sharesDeviceWith(tmpdir())).toBe(true);
});

test('is not reachable when it is gone; the data folder shares its own disk', async () => {
  expect(await folderTarget(join(folder, 'gone'), installationId).isReachable()).toBe(false);
  expect(await dataFolderTarget(folder).sharesDeviceWith(folder)).toBe(true);
});

test('the keys of a tenant are on the target before its data, and the newest always comes last', async () => {
  const place = await makeProtected({ target: (id) => folderTarget(folder, id) });
  try {
    const own = join(folder, place.parts.sources.installationId);
    await place.manager.prepareRepository(place.tenantId);
    expect(readFileSync(join(own, 'keyring.enc'), 'utf8')).toBe('sealed keyring');
    let asked = 0;
    const manager = new BackupManager({
      ...place.parts,
      recovery: {
        async parts() {
          asked += 1;
          // the earlier the slower, and each of another length
          const part = Buffer.alloc(9 - asked, String(asked));
          await new Promise((resolve) => setTimeout(resolve, 60 / asked));
          return { recoveryJson: part, keyring: part, keysDb: part };
        },
      },
    });
    await Promise.all(Array.from({ length: 6 }, () => manager.publishRecovery()));
    expect(readFileSync(join(own, 'keyring.enc'), 'utf8')).toBe('666');
    expect(readdirSync(own).sort()).toEqual([
      'holdfast.txt',
      'keyring.enc',
      'keys.db.enc',
      'recovery.json',
      'repositories',
    ]);
  } finally {
    await place.close();
  }
});

test('a repository that held snapshots and is gone is not made anew where a disk may be missing', async () => {
  mkdirSync(join(folder, 'disk'));
  const place = await makeProtected({ target: (id) => folderTarget(join(folder, 'disk'), id) });
  try {
    await place.backUp('full');
    const own = join(folder, 'disk', place.parts.sources.installationId);
    expect(readFileSync(join(own, 'keyring.enc'), 'utf8')).toBe('sealed keyring');
    rmSync(join(own, 'repositories'), { recursive: true });
    await expect(place.backUp('full')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  } finally {
    await place.close();
  }
});
