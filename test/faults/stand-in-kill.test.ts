import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { folderTarget } from '../../main/backups/targets/folder-target.ts';
import type { BackupVerification } from '../../shared/contract/backups.ts';
import { makeProtected, type Protected, type ProtectedOptions } from '../doubles/protected-installation.ts';
import { restic } from '../interop/restic-program.ts';

const password = 'the machine keeps this';

async function killedAfter(options: ProtectedOptions, first: string, backups: number, delayMs: number) {
  const { prefix, folder, tenantId, installationId } = options;
  const given = { folder, tenantId, installationId, prefix: Buffer.from(prefix ?? []).toString('hex') };
  const subject = spawn(
    process.execPath,
    [join(import.meta.dirname, 'stand-in-subject.ts'), JSON.stringify(given), first],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  for (let lines = 0; lines < 1 + backups; ) {
    const [text] = (await once(subject.stdout, 'data')) as [Buffer];
    lines += String(text).split('\n').length - 1;
  }
  await setTimeout(delayMs);
  const ended = once(subject, 'exit');
  expect(subject.exitCode).toBeNull();
  subject.kill('SIGKILL');
  await ended;
}

test('a kill while a further target stands in loses no backup, and leaves both repositories sound', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-stand-in-kill-'));
  const [first, second] = [join(folder, 'first'), join(folder, 'second')] as const;
  const prefix = randomBytes(32);
  let options: ProtectedOptions = {
    folder: join(folder, 'data'),
    prefix,
    keep: true,
    target: (id) => folderTarget(first, id),
  };
  let place: Protected | undefined;
  const repository = (on: string) => {
    const { installationId = '', tenantId = '' } = options;
    return join(on, installationId, 'repositories', tenantId);
  };
  const snapshots = (on: string) => readdirSync(join(repository(on), 'snapshots')).sort();
  const open = async () => {
    const opened = await makeProtected(options);
    await opened.jobs.recover();
    const backUp = () =>
      opened.finished(
        opened.manager.createBackup(
          { scope: { tenant: 'acme' }, kind: 'incremental' },
          opened.operation('backup.create'),
        ),
      );
    const sync = async () => {
      const { id } = (await opened.manager.copies.listTargets()).items[1] ?? { id: null };
      if (id === null) throw new TypeError('a further target has an id');
      await opened.finished(
        opened.manager.copies.syncTarget({ targetId: id }, opened.operation('backup.target.sync')),
      );
    };
    return { opened, backUp, sync };
  };
  try {
    for (const each of [first, second]) mkdirSync(each);
    const { opened, backUp, sync } = await open();
    place = opened;
    const { tenantId, parts } = opened;
    options = { ...options, tenantId, installationId: parts.sources.installationId };
    await opened.put('orders', 'one', { at: 1 });
    await opened.manager.copies.addTarget(
      {
        name: 'second',
        place: { kind: 'folder', path: second },
        bytesPerSecond: null,
        covers: { kind: 'all' },
      },
      opened.operation('backup.target.add'),
    );
    await backUp();
    await sync();
    await opened.close();
    place = undefined;

    for (const [backups, delayMs] of [
      [0, 150],
      [2, 350],
    ] as const) {
      await killedAfter(options, first, backups, delayMs * (0.7 + Math.random() * 0.6));
      const written = snapshots(second);
      restic(repository(second), password, 'unlock');
      restic(repository(second), password, 'check', '--read-data');
      renameSync(`${first}-away`, first);
      const again = await open();
      place = again.opened;
      await again.backUp();
      expect(snapshots(first)).toEqual(expect.arrayContaining(written));
      const verifying = place.manager.verifyBackupIntegrity(
        { tenant: 'acme', level: 4 },
        place.operation('backup.verify'),
      );
      expect(await place.finished<BackupVerification>(verifying)).toMatchObject({ problems: [] });
      await again.sync();
      expect(snapshots(second)).toEqual(snapshots(first));
      await place.close();
      place = undefined;
      for (const on of [first, second]) {
        expect(restic(repository(on), password, 'check', '--read-data')).toContain('no errors were found');
      }
    }
  } finally {
    await place?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
