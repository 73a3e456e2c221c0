import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { ended, signedIn } from '../../doubles/suite-client.ts';

const passphrase = 'correct horse battery staple';
const canMount = process.platform === 'linux' && process.getuid?.() === 0;
let folder: string;
let suite: EnterpriseSuite;
let client: HoldfastClient;

const disk = () => join(folder, 'disk');

async function enter(): Promise<void> {
  client = await signedIn(suite, passphrase);
}

/** Closed meanwhile, so that it finds what was written to control.db. */
async function reopenedAfter(change: (control: Database.Database) => void): Promise<void> {
  await suite.stop();
  const control = new Database(join(folder, 'data', 'control.db'));
  change(control);
  control.close();
  suite = await EnterpriseSuite.open({ dataFolder: join(folder, 'data'), unlock: { passphrase } });
  await enter();
}

const result = (started: { readonly jobId: string }) => ended(client, started);

/** Leaves room for a lock and an index, and for no pack. */
function fill(): void {
  const { bavail, bsize } = statfsSync(disk());
  writeFileSync(join(disk(), 'filler'), Buffer.alloc(bavail * bsize - 128 * 1024));
}

describe.runIf(canMount)('a full first target (mounted, which takes root)', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-full-target-'));
    mkdirSync(disk());
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk()]);
    ({ suite } = await EnterpriseSuite.initialise({
      dataFolder: join(folder, 'data'),
      ownerName: 'Ada',
      ownerPassphrase: passphrase,
      secrets: 'passphrase',
      target: disk(),
    }));
    await enter();
  });
  afterEach(async () => {
    await suite.stop();
    execFileSync('umount', ['-l', disk()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives back what has waited, and the backup by schedule is made after all', async () => {
    const tenant = (await client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'enterprise' })).id;
    const policy = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1 };
    await client.backups.setRetention({ tenant, policy, reason: 'a test' });
    const put = (id: string, bytes: number) =>
      client.tenants.putDocument({
        tenant,
        collection: 'orders',
        id,
        value: { text: randomBytes(bytes).toString('base64') },
      });
    await put('one', 1000);
    const backUp = (scope: { tenant: string } | { installation: true }) =>
      client.backups.createBackup({ scope, kind: 'full' }).then(result);
    await backUp({ tenant });
    await backUp({ tenant });
    await backUp({ installation: true });
    await client.backups.applyRetention({ tenant }).then(result);
    const [mark] = (await client.backups.listRemovalMarks({ tenant })).items;
    expect(mark).toBeDefined();
    await put('two', 500_000);

    const repository = join(disk(), readdirSync(disk())[0] ?? '', 'repositories', tenant);
    const unused = join(repository, 'data', 'ab');
    mkdirSync(unused, { recursive: true });
    writeFileSync(join(unused, 'ab'.repeat(32)), randomBytes(3_000_000));
    fill();
    await reopenedAfter((control) => {
      control.prepare('UPDATE removal_marks SET marked_at = 1, backups = 2').run();
      control.prepare('UPDATE snapshots SET time = time - ? WHERE tenant_id IS NOT NULL').run(20 * 3_600_000);
    });
    suite.startSchedules();
    await expect
      .poll(async () => (await client.backups.listSchedules({})).items.at(-1)?.lastRun, { timeout: 60_000 })
      .toMatchObject({ outcome: 'succeeded', errorCode: null });
    expect(existsSync(join(repository, 'snapshots', mark?.snapshotId ?? ''))).toBe(false);
    expect(readdirSync(unused)).toEqual([]);
    const { items } = await client.audit.getAuditTrail({ tenant, limit: 50 });
    expect(items.map(({ action, actor }) => [action, actor.kind])).toEqual(
      expect.arrayContaining([
        ['backup.forget', 'system'],
        ['backup.retention.apply', 'system'],
        ['backup.create', 'system'],
      ]),
    );
  }, 120_000);
});
