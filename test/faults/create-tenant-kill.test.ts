import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TenantStand, temporaryFolder } from '../doubles/tenant-stand.ts';

test('killed while a tenant is made: the next start leaves no trace of it', async () => {
  const base = await temporaryFolder();
  const subject = new URL('create-tenant-subject.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [subject, base], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const id = String(said).trim();
  const tenants = join(base, 'installation', 'tenants');
  expect((await readdir(join(tenants, id))).sort()).toContain('unfinished');
  const installation = await TenantStand.open(base);
  expect(await installation.manager.sweepOrphans()).toEqual({ removed: [id], unknown: [] });
  expect([await readdir(tenants), await readdir(join(base, 'keys'))]).toEqual([[], []]);
  expect(await installation.createTenant('Halfway')).toMatchObject({ slug: 'halfway' });
  await installation.close();
  await rm(base, { recursive: true });
});
