import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupResult, BackupVerification } from '../../shared/contract/backups.ts';
import { makeProtected, type ProtectedOptions } from '../doubles/protected-installation.ts';
import { restic } from '../interop/restic-program.ts';
import { type Fault, type Run, sweep } from './strace.ts';

const password = 'the machine keeps this';
const module = fileURLToPath(new URL('./incremental-subject.ts', import.meta.url));
let folder: string;
let options: ProtectedOptions & { readonly prefix: Uint8Array };
const saved = () => `${folder}-saved`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-incremental-'));
  const prefix = randomBytes(32);
  const place = await makeProtected({ folder, prefix, password, keep: true });
  const { tenantId, parts } = place;
  options = { folder, prefix, password, tenantId, installationId: parts.sources.installationId, keep: true };
  await place.put('orders', 'first', { at: 0 });
  await place.finished(
    place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'full' }, place.operation()),
  );
  await place.addFile('a file', randomBytes(50_000));
  // as a killed process leaves it: after an orderly end a copied file would be a replaced one
  cpSync(folder, saved(), { recursive: true });
  await place.close();
  putBack();
});
afterAll(() => {
  for (const path of [folder, saved()]) rmSync(path, { recursive: true, force: true });
});

function putBack(): void {
  rmSync(folder, { recursive: true });
  cpSync(saved(), folder, { recursive: true, filter: (path) => !path.endsWith('-shm') });
}

/** Whatever failed: what was there is there, restic finds no damage, and the next backup has everything and is proved. */
async function judge({ stdout, status, hit }: Run, when: number): Promise<void> {
  if (status === 0 && hit === 0) expect(stdout).toMatch(/^made \w+ incremental$/m);
  const strange = [...stdout.matchAll(/^refused \w+ (.*)$/gm)].filter(
    ([, code]) => !['IO', 'STORAGE_FULL', 'READ_ONLY', 'UNAVAILABLE'].includes(code ?? ''),
  );
  expect({ when, status, strange }).toEqual({ when, status, strange: [] });
  const place = await makeProtected(options);
  try {
    await place.jobs.recover();
    await place.manager.start(
      () => place.operation('backup.restore'),
      (error) => {
        throw error;
      },
    );
    const rows = place.tenant.sql('SELECT id FROM documents WHERE state = 1').all();
    expect({ when, rows: rows.length }).toEqual({
      when,
      rows: stdout.includes('kept') ? 2 : expect.any(Number),
    });
    restic(join(folder, 'repositories', place.tenantId), password, 'unlock');
    const started = place.manager.createBackup(
      { scope: { tenant: 'acme' }, kind: 'incremental' },
      place.operation(),
    );
    const [made] = (await place.finished<BackupResult>(started)).snapshots;
    const report = await place.finished<BackupVerification>(
      place.manager.verifyBackupIntegrity({ tenant: 'acme', level: 4 }, place.operation('backup.verify')),
    );
    expect({ when, ok: report.ok, problems: report.problems }).toEqual({ when, ok: true, problems: [] });
    expect(report.snapshots).toContain(made?.id);
    restic(join(folder, 'repositories', place.tenantId), password, 'check', '--read-data');
  } finally {
    await place.close();
  }
  putBack();
}

/** A run takes seconds: by default every fifth call is hit, with HOLDFAST_SWEEP=all each. */
const step = process.env.HOLDFAST_SWEEP === 'all' ? 1 : 5;
const cases: readonly [calls: string, effect: Fault['effect'], least: number][] = [
  ['fsync,fdatasync', 'error=EIO', 4],
  ['rename', 'error=ENOSPC', 2],
  ['fsync,fdatasync,rename,unlink', 'signal=KILL', 6],
];

describe.runIf(process.platform === 'linux')(
  'a fault in each system call of an incremental backup, in every thread',
  () => {
    test.each(cases)('%s %s', { timeout: 600_000 }, async (calls, effect, least) => {
      const given = { ...options, prefix: Buffer.from(options.prefix).toString('hex') };
      const subject = { module, args: [JSON.stringify(given)], paths: [] };
      const hit = await sweep(subject, calls, effect, judge, step);
      expect(hit).toBeGreaterThanOrEqual(least);
    });
  },
);
