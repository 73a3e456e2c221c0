import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientSession, inProcessClient } from '../../main/rpc/client.ts';
import { createRouter } from '../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';

const megabyte = 1024 * 1024;
const disk = mkdtempSync(join(tmpdir(), 'full-disk-'));
const filler = join(disk, 'filler');
const passphrase = 'nothing fits any more';

/** Leaves no room at all for anything new. */
function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(bavail * bsize - 16 * 4096));
  for (let pieces = 0; ; pieces += 1) {
    try {
      writeFileSync(join(disk, `crumb-${pieces}`), Buffer.alloc(4096));
    } catch {
      return;
    }
  }
}

beforeAll(() => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]);
});

afterAll(() => {
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

describe('a full disk', () => {
  it('refuses changes, leaves room for sign-in and export, and forgets it all once there is space', async () => {
    const made = await EnterpriseSuite.initialise({
      dataFolder: join(disk, 'data'),
      ownerName: 'Ada',
      ownerPassphrase: passphrase,
      secrets: 'passphrase',
    });
    const { suite } = made;
    try {
      const session: ClientSession = {};
      const client = inProcessClient(createRouter(suite), session);
      session.token = (await client.auth.signIn({ passphrase })).token;
      await client.tenants.createTenant({ name: 'Acme', tier: 'standard', slug: 'acme' });
      const of = { tenant: 'acme', collection: 'notes' };
      await client.tenants.putDocument({ ...of, id: 'kept', value: { text: 'before' } });

      fill();
      const big = { text: 'x'.repeat(megabyte) };
      await expect(client.tenants.putDocument({ ...of, id: 'big', value: big })).rejects.toMatchObject({
        code: 'STORAGE_FULL',
      });
      expect(suite.reserve.spent).toBe(false);

      session.token = (await client.auth.signIn({ passphrase })).token;
      expect(suite.reserve.spent).toBe(true);
      expect((await client.suite.getStatus({})).warnings.join(' ')).toContain('reserve');
      await expect(client.tenants.putDocument({ ...of, id: 'small', value: {} })).rejects.toMatchObject({
        code: 'STORAGE_FULL',
        data: { where: 'reserve' },
      });
      await client.tenants.deleteDocument({ ...of, id: 'kept' });

      truncateSync(filler, 0);
      unlinkSync(filler);
      await client.tenants.putDocument({ ...of, id: 'after', value: { text: 'after' } });
      expect(suite.reserve.spent).toBe(false);
      const { jobId } = await client.audit.verifyAuditLog({});
      let verdict: unknown;
      for await (const job of await client.jobs.watchJob({ jobId })) verdict = job.result;
      expect(verdict).toMatchObject({ verdict: 'verified' });
    } finally {
      await suite.stop();
    }
  });
});
