import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackupManager } from '../../../main/backups/backup-manager.ts';
import { type DrillResult, drillResult } from '../../../shared/contract/backups/drills.ts';
import { makeProtected, type Protected } from '../../doubles/protected-installation.ts';

let place: Protected;

beforeEach(async () => {
  place = await makeProtected();
  for (let at = 0; at < 40; at += 1) await place.put('orders', `order-${at}`, { at });
  await place.addFile('letter.txt', Buffer.from('dear Ada'));
});
afterEach(() => place.close());

const scope = { tenant: 'acme' };
const drill = async (input: Parameters<BackupManager['drills']['drillBackup']>[0] = { scope }) =>
  drillResult.parse(
    await place.finished<DrillResult>(
      place.manager.drills.drillBackup(input, place.operation('backup.drill')),
    ),
  );
const history = async () => (await place.manager.drills.listDrills({ limit: 10 })).items;
const leftOver = () => {
  const folder = join(place.folder, 'temporary', 'restoring');
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** Flips a byte in the middle of each pack of the tenant's repository. */
function damagePacks(): void {
  const data = join(place.folder, 'repositories', place.tenantId, 'data');
  for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
    if (!/[0-9a-f]{64}$/.test(name)) continue;
    const bytes = readFileSync(join(data, name));
    bytes.writeUInt8((bytes.at(bytes.length >> 1) ?? 0) ^ 1, bytes.length >> 1);
    writeFileSync(join(data, name), bytes);
  }
}

describe('a drill', () => {
  test('proves every row and file, measures the time, and leaves nothing but its record', async () => {
    const [snapshot] = (await place.backUp('full')).snapshots;
    const { drills } = await drill();
    const [held] = drills;
    expect(held).toMatchObject({
      tenantId: place.tenantId,
      snapshotId: snapshot?.id,
      outcome: 'proven',
      level: 4,
      rows: 41,
      files: 1,
      error: null,
    });
    expect(held?.phases.map(({ name }) => name)).toEqual([
      'Opening the repository',
      'Rebuilding data',
      'Checking data',
      'Restoring files',
    ]);
    const sum = held?.phases.reduce((total, { durationMs }) => total + durationMs, 0) ?? 0;
    expect(Math.abs(sum - (held?.durationMs ?? 0))).toBeLessThanOrEqual(4); // each is rounded
    expect(await history()).toEqual(drills);
    expect(leftOver()).toEqual([]);
    expect(place.recorded.at(-1)).toEqual({
      action: 'backup.drill',
      tenantId: place.tenantId,
      resource: { kind: 'snapshot', id: snapshot?.id },
      facts: {
        drill: held?.id,
        level: 4,
        rows: 41,
        files: 1,
        bytes: held?.bytes,
        durationMs: held?.durationMs,
      },
    });
    const [verified] = (await place.manager.getBackupHistory({ limit: 1 }, place.operation())).items;
    expect(verified?.verified).toEqual({ level: 4, time: held?.endedAt });
    expect((await place.manager.protection()).lastVerifiedRestore).toBe(Date.parse(held?.endedAt ?? ''));
  });

  test('of everything takes one owner after the other, and those without backup are left out', async () => {
    await expect(drill({ scope: { all: true } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await place.backUp('full');
    expect((await drill({ scope: { all: true } })).drills).toHaveLength(1);
    await place.backUp('full', { installation: true });
    const { drills } = await drill({ scope: { all: true } });
    expect(drills.map(({ tenantId }) => tenantId)).toEqual([null, place.tenantId]);
    expect(drills[0]?.phases.map(({ name }) => name)).toContain('Checking audit');
  });

  test('of an older snapshot is of that one', async () => {
    const [older] = (await place.backUp('full')).snapshots;
    await place.put('orders', 'later', {});
    await place.backUp('full');
    const { drills } = await drill({ snapshotId: older?.id.slice(0, 12) ?? '' });
    expect(drills).toMatchObject([{ snapshotId: older?.id, rows: 41 }]);
  });

  test('of a damaged backup fails, names what is damaged, and takes its proof away', async () => {
    const [snapshot] = (await place.backUp('full')).snapshots;
    await drill();
    damagePacks();
    const failure = await drill().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringContaining(`${snapshot?.id.slice(0, 8)} of tenant ${place.tenantId}`),
    });
    const [failed, proven] = await history();
    expect(proven?.outcome).toBe('proven');
    expect(failed).toMatchObject({
      outcome: 'failed',
      level: null,
      rows: null,
      error: {
        code: 'INTEGRITY',
        data: { snapshotId: snapshot?.id, tenantId: place.tenantId, problems: [expect.anything()] },
      },
    });
    expect(leftOver()).toEqual([]);
    expect(place.recorded.at(-1)).toMatchObject({
      action: 'backup.drill',
      outcome: 'failure',
      severity: 'critical',
      facts: { error: 'INTEGRITY', level: 4 },
    });
    const [unproven] = (await place.manager.getBackupHistory({ limit: 1 }, place.operation())).items;
    expect(unproven?.verified).toBeNull();
  });

  test('that fails for one owner does not cost the others theirs', async () => {
    await place.backUp('full');
    await place.backUp('full', { installation: true });
    damagePacks();
    await expect(drill({ scope: { all: true } })).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect((await history()).map(({ tenantId, outcome }) => [tenantId, outcome])).toEqual([
      [place.tenantId, 'failed'],
      [null, 'proven'],
    ]);
  });

  test('that is cancelled says nothing of the backup', async () => {
    await place.backUp('full');
    const { jobId } = await place.manager.drills.drillBackup({ scope }, place.operation('backup.drill'));
    const events = place.recorded.length;
    await place.jobs.cancelJob({ jobId }, place.operation('job.cancel'));
    for await (const _ of place.jobs.watch(jobId));
    const [newest] = await history();
    if (newest !== undefined) expect(newest).toMatchObject({ outcome: 'cancelled', error: null });
    expect(place.recorded.slice(events).filter(({ action }) => action === 'backup.drill')).toEqual([]);
    expect(leftOver()).toEqual([]);
  });

  test('is refused where it would fill the disk', async () => {
    await place.backUp('full');
    await place.control.write((transaction) =>
      transaction.sql(`UPDATE snapshots SET summary = json_set(summary, '$.bytes', 1e18)`).run(),
    );
    await expect(drill()).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      message: expect.stringContaining('twice'),
    });
    expect(await history()).toMatchObject([{ outcome: 'failed', error: { code: 'STORAGE_FULL' } }]);
  });

  test('that was cut off is told as such at the next start', async () => {
    await place.backUp('full');
    const { drills } = await drill();
    await place.control.write((transaction) =>
      transaction
        .sql(`UPDATE drills SET outcome = 'running', ended_at = NULL WHERE id = ?`)
        .run(drills[0]?.id ?? ''),
    );
    await new BackupManager(place.parts).start(
      () => place.operation(),
      (error) => {
        throw error;
      },
    );
    expect(await history()).toMatchObject([{ outcome: 'interrupted', endedAt: expect.any(String) }]);
  });
});

describe('what protects an owner', () => {
  const facts = () => place.manager.drills.factsOf(place.tenantId);

  test('nothing at first; then the backup, every commit, and what drills have measured', async () => {
    expect(facts()).toEqual({
      backedUpTo: null,
      snapshots: false,
      capturedTo: null,
      lastProof: null,
      forecast: null,
      lastDrill: undefined,
    });
    const [snapshot] = (await place.backUp('full')).snapshots;
    const before = Date.now();
    expect(facts()).toMatchObject({
      backedUpTo: Date.parse(snapshot?.time ?? ''),
      lastProof: null,
      forecast: null,
    });
    await expect.poll(() => facts().capturedTo).toBeGreaterThanOrEqual(before);
    const [held] = (await drill()).drills;
    const { lastProof, forecast } = facts();
    expect(lastProof).toEqual({
      time: Date.parse(held?.endedAt ?? ''),
      snapshotId: snapshot?.id,
      by: 'drill',
    });
    expect(forecast).toMatchObject({ drills: 1, durationMs: expect.any(Number) });
    expect(Math.abs((forecast?.durationMs ?? 0) - (held?.durationMs ?? 0))).toBeLessThanOrEqual(1);
  });

  test('a commit is not captured before the log has it', async () => {
    await place.backUp('full');
    await expect.poll(() => Date.now() - (facts().capturedTo ?? 0), { timeout: 10_000 }).toBeLessThan(20);
    const before = Date.now();
    await place.put('orders', 'new', {});
    const captured = facts().capturedTo ?? 0;
    await new Promise((done) => setTimeout(done, 100));
    expect(facts().capturedTo).toBe(captured);
    expect(captured).toBeGreaterThanOrEqual(before);
    await expect.poll(() => facts().capturedTo, { timeout: 10_000 }).toBeGreaterThan(captured);
  });

  test('a verification of every row is a proof, too', async () => {
    await place.backUp('full');
    const verified = place.manager.verifyBackupIntegrity({ ...scope, level: 4 }, place.operation());
    await place.finished(verified);
    expect(facts().lastProof).toMatchObject({ by: 'verification' });
  });
});
