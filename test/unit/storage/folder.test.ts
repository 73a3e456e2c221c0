import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileSystemKind, parseDarwinMounts } from '../../../main/storage/file-system-kind.ts';
import { prepareFolder } from '../../../main/storage/folder.ts';
import { mountOf, parseMountinfo } from '../../../main/storage/mounts.ts';
import { syncService } from '../../../main/storage/synced-folder.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'folder-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('a new folder is for its owner only', async () => {
  const folder = await prepareFolder(join(root, 'a', 'b'));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('an installation that others could read is closed; a folder with other things is left as it is', async () => {
  for (const [name, content, mode] of [
    ['installation', 'lock.db', 0o700],
    ['shared', 'readme', 0o755],
  ] as const) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, content), '');
    chmodSync(join(root, name), 0o755);
    expect(statSync(await prepareFolder(join(root, name))).mode & 0o777).toBe(mode);
  }
});

test('a file in its place is refused', async () => {
  writeFileSync(join(root, 'file'), '');
  for (const path of ['file', 'file/below']) {
    await expect(prepareFolder(join(root, path))).rejects.toMatchObject({ code: 'UNSUITABLE_FOLDER' });
  }
});

test('network file systems are refused by name', async () => {
  const kindOf = async () => ({ type: 'nfs', network: true });
  await expect(prepareFolder(join(root, 'x'), { kindOf })).rejects.toMatchObject({
    code: 'UNSUITABLE_FOLDER',
    data: { fileSystem: 'nfs' },
  });
});

test('folders that a service copies are refused', async () => {
  const cases: [string, string | undefined][] = [
    ['/home/ann/OneDrive - Example Ltd/holdfast', 'OneDrive'],
    ['/home/ann/Dropbox/holdfast', 'Dropbox'],
    ['/Users/ann/Library/Mobile Documents/com~apple~CloudDocs/holdfast', 'iCloud Drive'],
    ['/Users/ann/Library/CloudStorage/GoogleDrive-ann@example.com/My Drive/holdfast', 'Google Drive'],
    ['/home/ann/.local/share/holdfast', undefined],
    ['/home/ann/dropboxes/holdfast', undefined],
  ];
  expect(cases.map(([path]) => [path, syncService(path)])).toEqual(cases);
  mkdirSync(join(root, '.stfolder'));
  await expect(prepareFolder(join(root, 'x'))).rejects.toMatchObject({ data: { fileSystem: 'Syncthing' } });
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'a read-only disk is said so',
  async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root]);
    try {
      mkdirSync(join(root, 'in'));
      execFileSync('mount', ['-o', 'remount,ro', root]);
      await expect(prepareFolder(join(root, 'in'))).rejects.toMatchObject({ code: 'READ_ONLY' });
      await expect(prepareFolder(join(root, 'new'))).rejects.toMatchObject({ code: 'READ_ONLY' });
    } finally {
      execFileSync('umount', [root]);
    }
  },
);

test('the mount of a folder is the deepest, and the newest where two lie over each other', () => {
  const mounts = parseMountinfo(
    [
      '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
      '30 22 0:40 / /mnt/with\\040space rw shared:5 - nfs4 server:/x rw',
      '31 22 0:41 / /home rw - tmpfs tmpfs rw',
      '32 31 0:42 / /home rw - fuse.sshfs me@host: rw',
      'garbage',
    ].join('\n'),
  );
  const typeOf = (path: string) => mountOf(path, mounts)?.type;
  expect([typeOf('/mnt/with space/a'), typeOf('/mnt/with'), typeOf('/home/ann'), typeOf('/homes')]).toEqual([
    'nfs4',
    'ext4',
    'fuse.sshfs',
    'ext4',
  ]);
});

test("macOS's list of mounts", () => {
  const mounts = parseDarwinMounts(
    '/dev/disk3s1 on / (apfs, sealed, local)\n//me@nas/share on /Volumes/my share (smbfs, nodev, nosuid)\n',
  );
  expect(mountOf('/Volumes/my share/x', mounts)?.type).toBe('smbfs');
  expect(mountOf('/Users', mounts)?.type).toBe('apfs');
});

test('the disk of the tests is local', async () => {
  expect((await fileSystemKind(root)).network).toBe(false);
});
