import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { goTime } from '../../../../main/backups/container/go-text.ts';
import { Repository } from '../../../../main/backups/container/repository.ts';
import { directoryNode, fileNode } from '../../../../main/backups/container/tree.ts';
import { rebuiltFile } from '../../../../main/backups/restore/rebuild.ts';
import { encodeManifest } from '../../../../main/backups/snapshot/manifest.ts';
import { openSnapshot } from '../../../../main/backups/snapshot/open-snapshot.ts';
import { chunkBytes, pageMapRoot } from '../../../../main/backups/snapshot/page-map.ts';
import { schemaHash } from '../../../../main/backups/snapshot/table-hash.ts';
import { timelineOf } from '../../../../main/backups/snapshot/timeline.ts';
import { repositoryFiles } from '../../../../main/backups/targets/target.ts';
import { liveRows } from '../../../../main/row-hash/tenant-rows.ts';
import { Connection, reading } from '../../../../main/storage/connection.ts';
import type { BackupResult, RestorePlan, RestoreResult } from '../../../../shared/contract/backups.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
  for (let at = 0; at < 20; at += 1) await place.put('orders', `order-${at}`, { at });
});
afterEach(() => place.close());

const startBackup = (scope: { tenant: string } | { all: true } = { tenant: 'acme' }) =>
  place.manager.createBackup({ scope, kind: 'full' }, place.operation());
const startRestore = (snapshotId?: string) =>
  place.manager.restoreBackup(
    {
      tenant: 'acme',
      destination: { kind: 'in-place' },
      reason: 'a test',
      ...(snapshotId === undefined ? {} : { snapshotId }),
    },
    place.operation('backup.restore'),
  );
const restore = (snapshotId?: string) => place.finished<RestoreResult>(startRestore(snapshotId));
const undo = (undoId: string | null) =>
  place.finished<RestoreResult>(
    place.manager.undoRestore(
      { undoId: undoId as Protected['tenantId'], reason: 'back' },
      place.operation('backup.restore.undo'),
    ),
  );

/** Saves a tenant's database as an earlier version of the program would have left it. */
async function saveAltered(alter: (connection: Connection) => void): Promise<string> {
  const [made] = (await place.backUp('full')).snapshots;
  const { target, keys } = place.parts;
  const { location } = target.repository(place.tenantId);
  const password = keys.password(place.tenantId);
  const repository = await Repository.open(repositoryFiles(location), { password });
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-altered-'));
  try {
    const { manifest, bases } = await openSnapshot(repository, made?.id ?? '');
    const [base] = bases;
    if (base === undefined) throw new RangeError('a base');
    const file = rebuiltFile(folder, 'data');
    const { writeContent } = await import('../../../../main/backups/restore/rebuild.ts');
    const progress = { phase: () => undefined, advance: () => undefined };
    await writeContent(repository, base.node, file, { signal: new AbortController().signal, progress });
    const connection = new Connection(file, { name: 'tenant' });
    alter(connection);
    connection.walCheckpoint('TRUNCATE');
    const schema = schemaHash(reading(connection));
    connection.close();
    const bytes = readFileSync(file);
    const time = Date.parse(manifest.time) + 1;
    const writer = await repository.begin();
    const { content, size } = await writer.saveFile([bytes], chunkBytes);
    const { pageSize } = base.database;
    const altered = encodeManifest({
      ...manifest,
      time: new Date(time).toISOString(),
      databases: [
        {
          ...base.database,
          bytes: size,
          pages: size / pageSize,
          pageMapRoot: pageMapRoot(content),
          schemaHash: schema,
        },
      ],
    });
    const stored = await writer.saveFile([altered], altered.length);
    const subtree = await writer.saveTree([fileNode({ name: 'base', content, size, mtimeMs: time })]);
    const tree = await writer.saveTree([
      directoryNode({ name: 'data', subtree, mtimeMs: time }),
      fileNode({ name: 'manifest.json', ...stored, mtimeMs: time }),
    ]);
    return (
      await writer.commit({
        time: goTime(time),
        tree,
        paths: ['/altered'],
        hostname: 'holdfast',
        tags: ['holdfast'],
        programVersion: 'holdfast 0',
      })
    ).id;
  } finally {
    await repository.close();
    rmSync(folder, { recursive: true });
  }
}

test('what stands in the way of the safety snapshot is said before: the backup disk is away', async () => {
  await place.backUp('full');
  const { path } = place.parts.target.repository(place.tenantId).location;
  const repositories = dirname(path);
  renameSync(repositories, `${repositories}.away`);
  try {
    await expect(startRestore()).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { obstacles: [expect.stringMatching(/^The backup folder cannot be reached/)] },
    });
  } finally {
    renameSync(`${repositories}.away`, repositories);
  }
  expect(await restore()).toMatchObject({ verifiedLevel: 4 });
});

describe('a snapshot of another format', () => {
  test('older: planned, brought up to date and restored; undone as well', async () => {
    const then = [...liveRows(place.tenant)];
    const id = await saveAltered((connection) => {
      connection.exec('DROP TRIGGER files_removed; DROP TABLE removed_contents');
      connection.exec('DROP TABLE timeline');
      connection.exec('DROP TABLE imports');
      connection.pragma('user_version = 3');
    });
    await place.put('orders', 'later', {});
    const now = [...liveRows(place.tenant)];
    await place.backUp('full'); // enters it in the catalogue
    const plan = await place.finished<RestorePlan>(
      place.manager.planRestore(
        { tenant: 'acme', snapshotId: id, destination: { kind: 'in-place' } },
        place.operation('backup.restore.plan'),
      ),
    );
    expect(plan.changes).toEqual([{ collection: 'orders', added: 0, changed: 0, lost: 1, unchanged: 20 }]);
    const { undoId } = await restore(id);
    expect([...liveRows(place.tenant)]).toEqual(then);
    expect(place.tenant.sql('PRAGMA user_version').get()).toEqual({ user_version: 6 });
    expect(place.tenant.sql('SELECT count(*) AS n FROM imports').get()).toEqual({ n: 0 });
    expect(timelineOf(place.tenant, place.tenantId)).not.toBe(place.tenantId);
    await place.put('orders', 'goes on', {});
    const before = [...liveRows(place.tenant)];
    const undone = await undo(undoId);
    expect([...liveRows(place.tenant)]).toEqual(now);
    await undo(undone.undoId);
    expect([...liveRows(place.tenant)]).toEqual(before);
  });

  test('newer: refused, and nothing is changed', async () => {
    const id = await saveAltered((connection) => {
      connection.exec('CREATE TABLE of_tomorrow (one INTEGER)');
      connection.pragma('user_version = 99');
    });
    await place.backUp('full');
    const now = [...liveRows(place.tenant)];
    await expect(restore(id)).rejects.toMatchObject({ code: 'NEWER_FORMAT' });
    expect([...liveRows(place.tenant)]).toEqual(now);
    await place.put('orders', 'goes on', {});
  });
});

describe('writers that go on during a restore in place', () => {
  test('lose nothing: what was acknowledged before is in the undo, what came after is in the tenant', async () => {
    await place.addFile('kept', Buffer.alloc(3_000_000, 'kept'));
    await place.backUp('full');
    let stop = false;
    const acknowledged: { id: string; timeline: string }[] = [];
    const writer = async (name: string) => {
      for (let at = 0; !stop; at += 1) {
        const id = `${name}-${at}`;
        await place.put('during', id, { at });
        // no turn of the loop between the commit and this
        acknowledged.push({ id, timeline: '' });
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writers = ['a', 'b', 'c'].map(writer);
    const { undoId } = await restore();
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop = true;
    await Promise.all(writers);
    const idsIn = () =>
      new Set(
        [...liveRows(place.tenant)].filter(({ collection }) => collection === 'during').map(({ id }) => id),
      );
    const after = idsIn();
    expect(after.size).toBeGreaterThan(0);
    await undo(undoId);
    const before = idsIn();
    expect(before.size).toBeGreaterThan(0);
    const lost = acknowledged.filter(({ id }) => !after.has(id) && !before.has(id));
    expect(lost).toEqual([]);
    expect([...after].filter((id) => before.has(id))).toEqual([]);
  });

  test('events that were waiting are drained once', async () => {
    await place.backUp('full');
    const event = () => ({
      eventId: place.parts.ids.uuid(),
      tenantId: place.tenantId,
      critical: false,
      draft: Buffer.from('{}'),
      openings: [],
    });
    const taken: string[] = [];
    const drain = () => {
      const pending = place.tenant.pendingEvents(100);
      taken.push(...pending.map((each) => each.event.eventId));
      place.tenant.drainedThrough(pending.at(-1)?.seq ?? 0);
    };
    place.tenant.onCommit(drain);
    const given: string[] = [];
    let stop = false;
    const writing = (async () => {
      while (!stop) {
        const one = event();
        await place.tenant.write((transaction) => transaction.outbox(one));
        given.push(one.eventId);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await restore();
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop = true;
    await writing;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(taken).toEqual(given);
  });
});

describe('several at once', () => {
  test('a backup of the same tenant is LOCKED', async () => {
    await place.backUp('full');
    const restoring = startRestore();
    await restoring;
    await expect(startBackup()).rejects.toMatchObject({ code: 'LOCKED' });
    await place.finished(restoring);
  });

  test('a backup of everybody waits for its turn, and every snapshot is whole', async () => {
    await place.backUp('full');
    await place.put('orders', 'later', {});
    const restoring = startRestore();
    const all = startBackup({ all: true });
    const [restored, made] = await Promise.all([
      place.finished<RestoreResult>(restoring),
      place.finished<BackupResult>(all),
    ]);
    expect(restored.undoId).not.toBeNull();
    expect(made.snapshots).toHaveLength(2);
    const checked = await place.finished<{ ok: boolean }>(
      place.manager.verifyBackupIntegrity({ level: 4 }, place.operation('backup.verify')),
    );
    expect(checked).toMatchObject({ ok: true });
  });

  test('two first backups of the installation make one repository', async () => {
    const all = startBackup({ all: true });
    const own = place.manager.createBackup(
      { scope: { installation: true }, kind: 'full' },
      place.operation(),
    );
    await Promise.all([place.finished(all), place.finished(own)]);
    const checked = await place.finished<{ ok: boolean; snapshots: unknown[] }>(
      place.manager.verifyBackupIntegrity({ level: 4 }, place.operation('backup.verify')),
    );
    expect(checked.ok).toBe(true);
    const { items } = await place.manager.getBackupHistory({ limit: 10 }, place.operation());
    expect(checked.snapshots).toHaveLength(items.length);
    // between the two the installation's own log went on, and its rest is saved as well
    expect(items.filter(({ kind }) => kind === 'full')).toHaveLength(3);
  });
});

test('of several snapshots with one time, after the clock went back, the last one made is the newest', async () => {
  await place.tenant.write((transaction) => {
    transaction.sql('UPDATE commit_clock SET time = ?').run(Date.now() + 10 ** 9);
  });
  const made: string[] = [];
  for (let at = 0; at < 6; at += 1) {
    await place.put('orders', 'newest', { at });
    made.push((await place.snapshot('full')).id);
  }
  const { snapshotId } = await restore();
  expect(snapshotId).toBe(made.at(-1));
});
