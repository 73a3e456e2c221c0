import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentPath, liveRows } from '../../../main/row-hash/tenant-rows.ts';
import { Connection, reading } from '../../../main/storage/connection.ts';
import {
  type BackupResult,
  type BackupVerification,
  backupResult,
  backupVerification,
  type RestorePlan,
  type RestoreResult,
  restorePlan,
  restoreResult,
} from '../../../shared/contract/backups.ts';
import { makeProtected, type Protected } from '../../doubles/protected-installation.ts';

let place: Protected;

beforeEach(async () => {
  place = await makeProtected();
  for (let at = 0; at < 50; at += 1) await place.put('orders', `order-${at}`, { at, note: 'ü <&> "' });
  await place.put('orders', 'order-1', { at: 'changed' });
  await place.remove('orders', 'order-2');
  await place.put('people', 'ada', { name: 'Ada' });
});
afterEach(() => place.close());

const backUp = async (): Promise<BackupResult> =>
  backupResult.parse(
    await place.finished(
      place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'full' }, place.operation()),
    ),
  );

const verify = async (level: 0 | 1 | 2 | 3 | 4, snapshotId?: string): Promise<BackupVerification> =>
  backupVerification.parse(
    await place.finished(
      place.manager.verifyBackupIntegrity(
        { tenant: 'acme', level, ...(snapshotId === undefined ? {} : { snapshotId }) },
        place.operation('backup.verify'),
      ),
    ),
  );

const restore = async (
  destination: { kind: 'folder'; path: string } | { kind: 'in-place' },
  snapshotId?: string,
): Promise<RestoreResult> =>
  restoreResult.parse(
    await place.finished(
      place.manager.restoreBackup(
        {
          tenant: 'acme',
          destination,
          reason: 'a test',
          ...(snapshotId === undefined ? {} : { snapshotId }),
        },
        place.operation('backup.restore'),
      ),
    ),
  );

const stateOf = (file: string) => {
  const connection = new Connection(file, { name: 'restored' });
  try {
    return [...liveRows(reading(connection))];
  } finally {
    connection.close();
  }
};

describe('a backup of a tenant', () => {
  test('is in the history, told to the log, and passes every level', async () => {
    await place.addFile('a folder/ü "quoted" <&>.txt', Buffer.from('content'));
    await place.addFile('empty', Buffer.alloc(0));
    const { snapshots } = await backUp();
    const [made] = snapshots;
    expect(made).toMatchObject({ tenantId: place.tenantId, kind: 'full', safety: false, verified: null });
    const history = await place.manager.getBackupHistory({ limit: 10, tenant: 'acme' }, place.operation());
    expect(history).toEqual({ items: snapshots, next: null });
    const shown = await place.manager.getSnapshot(
      { snapshotId: made?.id.slice(0, 8) ?? '' },
      place.operation(),
    );
    expect(shown.files).toBe(2);
    expect(shown.collections).toEqual([
      { collection: '$files', rows: 2 },
      { collection: 'orders', rows: 49 },
      { collection: 'people', rows: 1 },
    ]);
    expect(place.recorded).toMatchObject([
      { action: 'backup.create', tenantId: place.tenantId, resource: { kind: 'snapshot', id: made?.id } },
    ]);
    for (const level of [0, 1, 2, 3, 4] as const) {
      expect(await verify(level)).toEqual({
        target: null,
        level,
        ok: true,
        snapshots: [made?.id],
        problems: [],
        byOwner: [{ tenantId: place.tenantId, snapshots: 1, problems: [] }],
      });
    }
    const [verified] = (await place.manager.getBackupHistory({ limit: 1 }, place.operation())).items;
    expect(verified?.verified?.level).toBe(4);
    expect(await verify(4, made?.id)).toMatchObject({ ok: true });
  });

  test('holds one state while writers go on', async () => {
    let writing = true;
    const writers = (async () => {
      for (let at = 0; writing; at += 1)
        await place.put('busy', `row-${at % 40}`, { at, pad: 'x'.repeat(500) });
    })();
    for (let round = 0; round < 3; round += 1) await backUp();
    writing = false;
    await writers;
    expect(await verify(4)).toMatchObject({ ok: true, problems: [] });
  });

  test('without a change adds next to nothing', async () => {
    await place.addFile('large', Buffer.alloc(3_000_000, 'large '));
    const [first] = (await backUp()).snapshots;
    const [second] = (await backUp()).snapshots;
    expect(second?.bytesAdded).toBeLessThan(first?.bytesAdded ?? 0);
    expect(second?.bytesAdded).toBeLessThan(40_000);
  });

  test('is made of what is left when a file is missing or changed, and says so', async () => {
    const kept = await place.addFile('kept', Buffer.from('kept'));
    const missing = await place.addFile('missing', Buffer.from('missing'));
    const changed = await place.addFile('changed', Buffer.from('changed'));
    rmSync(contentPath(place.filesFolder, missing));
    writeFileSync(contentPath(place.filesFolder, changed), 'CHANGED');
    await backUp();
    expect(place.recorded[0]).toMatchObject({ severity: 'critical', facts: { files: 1, damagedFiles: 2 } });
    expect(await verify(4)).toMatchObject({ ok: true });
    const path = join(place.folder, '..', `${place.tenantId}-restored`);
    const result = await restore({ kind: 'folder', path });
    expect(result.files).toBe(1);
    expect(readFileSync(join(path, 'files', 'kept'), 'utf8')).toBe('kept');
    expect(readFileSync(join(path, 'README.txt'), 'utf8')).toContain(`${missing} missing`);
    expect(readFileSync(join(path, 'files.jsonl'), 'utf8')).toContain(kept);
    rmSync(path, { recursive: true });
  });
});

describe('a backup of the installation', () => {
  test('holds control.db and audit.db, and restores to a folder; in place for an owner only', async () => {
    const run = await place.finished<BackupResult>(
      place.manager.createBackup({ scope: { installation: true }, kind: 'full' }, place.operation()),
    );
    expect(run.snapshots[0]?.tenantId).toBeNull();
    const report = await place.finished<BackupVerification>(
      place.manager.verifyBackupIntegrity({ installation: true, level: 4 }, place.operation('backup.verify')),
    );
    expect(report).toMatchObject({ ok: true, problems: [] });
    const inPlace = { installation: true, destination: { kind: 'in-place' }, reason: 'why' } as const;
    await expect(
      place.manager.restoreBackup(inPlace, place.operation('backup.restore')),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const path = join(place.folder, '..', `${place.tenantId}-installation`);
    const destination = { kind: 'folder', path } as const;
    const result = await place.finished<RestoreResult>(
      place.manager.restoreBackup(
        { installation: true, destination, reason: 'why' },
        place.operation('backup.restore'),
      ),
    );
    expect(result).toMatchObject({ tenantId: null, verifiedLevel: 4, undoId: null, folder: path });
    expect(readdirSync(path).sort()).toEqual(['README.txt', 'audit.db', 'control.db', 'manifest.json']);
    rmSync(path, { recursive: true });
  });
});

describe('a restore', () => {
  test('to a folder holds the state of the snapshot, files under their names', async () => {
    await place.addFile('a/b c/d.txt', Buffer.from('one'));
    await place.addFile('a/b c', Buffer.from('one')); // a file where a folder is
    const before = [...liveRows(place.tenant)];
    await backUp();
    await place.put('orders', 'order-3', { at: 'later' });
    const path = join(place.folder, '..', `${place.tenantId}-restored`);
    const result = await restore({ kind: 'folder', path });
    expect(result).toMatchObject({ folder: path, files: 2, rows: 55, verifiedLevel: 4, undoId: null });
    expect(stateOf(join(path, 'data.db'))).toEqual(before);
    expect(existsSync(`${path}.holdfast-partial`)).toBe(false);
    const listed = readFileSync(join(path, 'files.jsonl'), 'utf8').trim().split('\n');
    for (const line of listed) {
      expect(readFileSync(join(path, JSON.parse(line).path), 'utf8')).toBe('one');
    }
    await expect(restore({ kind: 'folder', path })).rejects.toMatchObject({ code: 'CONFLICT' });
    rmSync(path, { recursive: true });
  });

  test('is planned first: what would change is counted', async () => {
    await backUp();
    await place.put('orders', 'order-3', { at: 'later' });
    await place.put('orders', 'new', {});
    await place.remove('people', 'ada');
    const plan = restorePlan.parse(
      await place.finished<RestorePlan>(
        place.manager.planRestore(
          { tenant: 'acme', destination: { kind: 'in-place' } },
          place.operation('backup.restore.plan'),
        ),
      ),
    );
    expect(plan.changes).toEqual([
      { collection: 'orders', added: 0, changed: 1, lost: 1, unchanged: 48 },
      { collection: 'people', added: 1, changed: 0, lost: 0, unchanged: 0 },
    ]);
    expect(plan.obstacles).toEqual([]);
  });

  test('in place comes back whole and can be undone', async () => {
    const content = await place.addFile('kept', Buffer.from('kept'));
    const then = [...liveRows(place.tenant)];
    await backUp();
    await place.put('orders', 'order-3', { at: 'later' });
    await place.remove('people', 'ada');
    const now = [...liveRows(place.tenant)];
    rmSync(contentPath(place.filesFolder, content));

    const result = await restore({ kind: 'in-place' });
    expect([...liveRows(place.tenant)]).toEqual(then);
    expect(readFileSync(contentPath(place.filesFolder, content), 'utf8')).toBe('kept');
    expect(place.afterRestore).toEqual([place.tenantId]);
    await place.put('orders', 'after', {}); // the store goes on working

    expect(result.undoId).not.toBeNull();
    await place.remove('orders', 'after');
    const undone = await place.finished<RestoreResult>(
      place.manager.undoRestore(
        { undoId: result.undoId ?? place.tenantId, reason: 'back again' },
        place.operation('backup.restore.undo'),
      ),
    );
    expect(undone.undoId).not.toBe(result.undoId);
    expect([...liveRows(place.tenant)]).toEqual(now);
    expect(await verify(4)).toMatchObject({ ok: true });
    expect(readdirSync(join(place.folder, 'temporary', 'restoring'))).toEqual([]);
  });

  test('in place takes logged events out of the outbox and keeps those that wait', async () => {
    const event = (eventId: string) => ({
      eventId: eventId as Protected['tenantId'],
      tenantId: place.tenantId,
      critical: false,
      draft: Buffer.from('{}'),
      openings: [],
    });
    const [told, waiting, late] = [place.parts.ids.uuid(), place.parts.ids.uuid(), place.parts.ids.uuid()];
    await place.tenant.write((transaction) => transaction.outbox(event(told)));
    await backUp();
    place.logged.add(told);
    place.tenant.drainedThrough(place.tenant.pendingEvents(10).at(-1)?.seq ?? 0);
    await place.tenant.write((transaction) => transaction.outbox(event(late)));
    await restore({ kind: 'in-place' });
    expect(place.tenant.pendingEvents(10).map((pending) => pending.event.eventId)).toEqual([late]);
    expect(waiting).not.toBe(late);
  });

  test('of a damaged snapshot is refused and changes nothing', async () => {
    await place.addFile('large', Buffer.alloc(2_000_000, 'large '));
    const [made] = (await backUp()).snapshots;
    await place.put('orders', 'order-3', { at: 'later' });
    const now = [...liveRows(place.tenant)];
    const data = join(made?.repository ?? '', 'data');
    for (const group of readdirSync(data)) {
      for (const name of readdirSync(join(data, group))) {
        const pack = readFileSync(join(data, group, name));
        pack[100] = (pack[100] ?? 0) ^ 1;
        rmSync(join(data, group, name));
        writeFileSync(join(data, group, name), pack);
      }
    }
    await expect(restore({ kind: 'in-place' }, made?.id)).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect([...liveRows(place.tenant)]).toEqual(now);
    const report = await verify(1);
    expect(report.ok).toBe(false);
    expect(report.problems.some(({ snapshotId }) => snapshotId === made?.id)).toBe(true);
  });
});

describe('verification', () => {
  test('tells of a snapshot that vanished', async () => {
    const [made] = (await backUp()).snapshots;
    await backUp();
    rmSync(join(made?.repository ?? '', 'snapshots', made?.id ?? ''));
    const report = await verify(0);
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual([
      { snapshotId: made?.id, reason: 'the catalogue lists it, but it has vanished from the repository' },
    ]);
  });

  test('finds rows that were changed together with their kept sums', async () => {
    // whoever can write the database but has no keyring cannot make sums that fit
    await place.tenant.write((transaction) => {
      transaction.sql('DROP TRIGGER documents_immutable').run();
      transaction.sql(`UPDATE documents SET content = '{"at":"forged"}' WHERE id = 'order-9'`).run();
    });
    await backUp();
    expect(await verify(3)).toMatchObject({ ok: true });
    const report = await verify(4);
    expect(report.problems.map(({ reason }) => reason)).toEqual([
      'reading every row: rows of collection orders were changed',
    ]);
  });
});

test('a repository that holds snapshots is never removed, whatever the catalogue has forgotten', async () => {
  const [made] = (await backUp()).snapshots;
  await place.control.write((transaction) => void transaction.sql('DELETE FROM snapshots').run());
  await expect(place.manager.removeRepository(place.tenantId)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(existsSync(join(made?.repository ?? '', 'snapshots', made?.id ?? ''))).toBe(true);
});

test('a repository that is gone is told of', async () => {
  const [made] = (await backUp()).snapshots;
  rmSync(made?.repository ?? '', { recursive: true });
  const report = await verify(2);
  expect(report.problems[0]).toEqual({ snapshotId: null, reason: 'the repository is missing' });
});

test('a cancelled backup leaves a whole repository and no line', async () => {
  await backUp();
  for (let at = 0; at < 40; at += 1) await place.addFile(`big-${at}`, Buffer.alloc(2_000_000, `${at} `));
  const { jobId } = await place.manager.createBackup(
    { scope: { tenant: 'acme' }, kind: 'full' },
    place.operation(),
  );
  await place.jobs.cancelJob({ jobId }, place.operation('job.cancel'));
  for await (const _ of place.jobs.watch(jobId));
  expect(place.jobs.getJob({ jobId }).state).toBe('cancelled');
  expect((await place.manager.getBackupHistory({ limit: 10 }, place.operation())).items).toHaveLength(1);
  expect(await verify(4)).toMatchObject({ ok: true });
});
