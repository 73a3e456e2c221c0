import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DrillResult } from '../../shared/contract/backups/drills.ts';
import type { BackupResult } from '../../shared/contract/backups.ts';
import { openCutOff } from '../doubles/cut-off-installation.ts';
import { makeProtected, type ProtectedOptions } from '../doubles/protected-installation.ts';

let folder: string;
let options: ProtectedOptions;
const working = () => join(folder, 'temporary', 'restoring');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-drill-kill-'));
  const prefix = randomBytes(32);
  const place = await makeProtected({ folder, prefix, keep: true });
  const { tenantId, parts } = place;
  options = { folder, prefix, tenantId, installationId: parts.sources.installationId, keep: true };
  await place.putAll(
    'orders',
    Array.from({ length: 3000 }, (_, at) => ({ id: `order-${at}`, value: randomBytes(200).toString('hex') })),
  );
  await place.addFile('a file', randomBytes(20_000_000));
  await place.finished<BackupResult>(
    place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'full' }, place.operation()),
  );
  await place.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Kills the process while the drill has its folder. */
async function killWhileWorking(): Promise<void> {
  const { prefix, keep: _, ...rest } = options;
  const given = JSON.stringify({ ...rest, prefix: Buffer.from(prefix ?? []).toString('hex') });
  const subject = spawn(process.execPath, [join(import.meta.dirname, 'drill-subject.ts'), given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(subject, 'exit');
  await once(subject.stdout, 'data');
  while (!existsSync(working()) || readdirSync(working()).length === 0) await setTimeout(1);
  await setTimeout(Math.random() * 300);
  expect(subject.exitCode).toBeNull();
  subject.kill('SIGKILL');
  await ended;
}

test('a kill in the middle of a drill leaves nothing behind after the next start, but that it was cut off', async () => {
  let cutOff = 0;
  let left = 0;
  for (let round = 0; round < 4; round += 1) {
    await killWhileWorking();
    left += existsSync(working()) ? readdirSync(working()).length : 0;
    const place = await openCutOff(options);
    try {
      expect(existsSync(working()) ? readdirSync(working()) : []).toEqual([]);
      const { items } = await place.manager.drills.listDrills({ limit: 100 });
      expect(items.filter(({ outcome }) => outcome === 'running')).toEqual([]);
      cutOff = items.filter(({ outcome }) => outcome === 'interrupted').length;
      const { drills } = await place.finished<DrillResult>(
        place.manager.drills.drillBackup({ scope: { tenant: 'acme' } }, place.operation('backup.drill')),
      );
      expect(drills).toMatchObject([{ outcome: 'proven', rows: 3001 }]);
    } finally {
      await place.close();
    }
  }
  expect(left).toBeGreaterThan(0); // otherwise no kill hit a drill
  expect(cutOff).toBeGreaterThan(0);
}, 180_000);
