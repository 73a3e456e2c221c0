import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Connection } from '../../main/storage/connection.ts';
import type { FolderSnapshot, ProtectedFolder } from '../../shared/contract/backups/folders.ts';
import { type FolderStand, makeFolderStand } from '../doubles/folder-stand.ts';
import { recoveryKey } from '../doubles/protected-installation.ts';
import { restic } from './restic-program.ts';

let stand: FolderStand;
let added: ProtectedFolder;
let made: FolderSnapshot;

beforeAll(async () => {
  stand = await makeFolderStand();
  const at = (name: string) => join(stand.folder, name);
  mkdirSync(at('deep/empty'), { recursive: true });
  // a seed that repeats, so that cuts by content are many and not at the largest size
  writeFileSync(
    at('large'),
    Buffer.concat([randomBytes(9_000_000), Buffer.alloc(3_000_000), randomBytes(3_000_000)]),
  );
  writeFileSync(at('deep/ü "odd" <&>\t.txt'), 'odd');
  writeFileSync(Buffer.concat([Buffer.from(`${stand.folder}/`), Buffer.from([0x66, 0xff])]), 'no UTF-8');
  writeFileSync(at('empty'), '');
  chmodSync(at('deep/empty'), 0o1750);
  utimesSync(at('deep/empty'), 1, 1_234_567_890.125);
  symlinkSync('../nowhere', at('deep/link'));
  writeFileSync(at('data.db'), '');
  const database = new Connection(at('data.db'), { name: 'foreign', bare: true });
  database.exec("PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES ('kept')");
  database.close();
  added = await stand.add();
  made = await stand.backUp(added.id);
});
afterAll(() => stand.close());

function stateOf(folder: Buffer): unknown[] {
  return readdirSync(folder, { encoding: 'buffer' })
    .sort(Buffer.compare)
    .map((name) => {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const stat = lstatSync(path, { bigint: true });
      const content = stat.isFile()
        ? readFileSync(path).toString('base64')
        : stat.isDirectory()
          ? stateOf(path)
          : readlinkSync(path);
      return [name.toString('hex'), stat.mode, stat.mtimeNs / 1000n, content];
    });
}

describe('restic and a snapshot of a protected folder', () => {
  test('restic restores the folder as it was, and as we do', async () => {
    const target = join(stand.scratch, 'by-restic');
    restic(made.repository, recoveryKey, 'restore', made.id, '--target', target);
    const ours = join(stand.scratch, 'by-us');
    await stand.restore(made.id, ours);
    const before = stateOf(Buffer.from(stand.folder));
    expect(stateOf(Buffer.from(join(target, stand.folder)))).toEqual(before);
    expect(stateOf(Buffer.from(ours))).toEqual(before);
  });

  test('restic finds every piece of every file known already: it cuts where we do', () => {
    const lines = restic(made.repository, recoveryKey, 'backup', '--force', '--json', stand.folder)
      .trim()
      .split('\n');
    const summary = JSON.parse(lines.at(-1) ?? '{}');
    expect(summary).toMatchObject({
      message_type: 'summary',
      files_new: 5,
      data_blobs: 0,
      total_files_processed: 5,
    });
    expect(summary.total_bytes_processed).toBeGreaterThan(15_000_000);
  });

  test('restic checks the repository, and what it added is none of our snapshots', async () => {
    expect(restic(made.repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
    const again = await stand.backUp(added.id);
    const { items } = await stand.place.manager.folders.listFolderSnapshots({ limit: 10 });
    expect(items.map(({ id }) => id)).toEqual([again.id, made.id]);
    expect(restic(made.repository, recoveryKey, 'ls', again.id)).toContain(join(stand.folder, 'deep/link'));
  });
});
