import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveRows } from '../../main/row-hash/tenant-rows.ts';
import type { BackupResult, BackupVerification } from '../../shared/contract/backups.ts';
import { openCutOff } from '../doubles/cut-off-installation.ts';
import { makeProtected, type Protected, type ProtectedOptions } from '../doubles/protected-installation.ts';
import { restic } from '../interop/restic-program.ts';

let folder: string;
let options: ProtectedOptions;
let snapshotId: string;
let repository: string;
const states = new Set<string>();
const password = 'the machine keeps this';
const stateOf = (place: Protected) => JSON.stringify([...liveRows(place.tenant)]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'));
  const prefix = randomBytes(32);
  const place = await makeProtected({ folder, prefix, keep: true });
  const { tenantId, parts } = place;
  options = { folder, prefix, tenantId, installationId: parts.sources.installationId, keep: true };
  const rows = Array.from({ length: 3000 }, (_, at) => ({
    id: `order-${at}`,
    value: { at, text: randomBytes(200).toString('hex') },
  }));
  await place.putAll('orders', rows);
  await place.addFile('a file', randomBytes(1_500_000));
  const made = await place.finished<BackupResult>(
    place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'full' }, place.operation()),
  );
  snapshotId = made.snapshots[0]?.id ?? '';
  repository = made.snapshots[0]?.repository ?? '';
  states.add(stateOf(place));
  await place.putAll('orders', [
    { id: 'order-1', value: { state: 'after' } },
    { id: 'order-new', value: { state: 'after' } },
  ]);
  states.add(stateOf(place));
  await place.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function killAfter(delayMs: number): Promise<void> {
  const { prefix, keep: _, ...rest } = options;
  const given = JSON.stringify({ ...rest, prefix: Buffer.from(prefix ?? []).toString('hex'), snapshotId });
  const subject = spawn(process.execPath, [join(import.meta.dirname, 'restore-subject.ts'), given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(subject.stdout, 'data');
  await setTimeout(delayMs);
  const ended = once(subject, 'exit');
  expect(subject.exitCode).toBeNull();
  subject.kill('SIGKILL');
  await ended;
}

test('a kill at any moment of backups and restores leaves one of the two states, proved and undoable', async () => {
  for (const delayMs of [300, 1500, 2700]) {
    await killAfter(delayMs * (0.8 + Math.random() * 0.4));
    const place = await openCutOff(options);
    try {
      expect(states).toContain(stateOf(place));
      restic(repository, password, 'unlock');
      const made = await place.finished<BackupResult>(
        place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'full' }, place.operation()),
      );
      const report = await place.finished<BackupVerification>(
        place.manager.verifyBackupIntegrity(
          { snapshotId: made.snapshots[0]?.id ?? '', level: 4 },
          place.operation('backup.verify'),
        ),
      );
      expect(report).toMatchObject({ ok: true, problems: [] });
    } finally {
      await place.close();
    }
    expect(restic(repository, password, 'check', '--read-data')).toContain('no errors were found');
  }
}, 180_000);
