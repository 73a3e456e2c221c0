import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../../main/suite/verify-bundle.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
let stand: AuditStand;
let whole: string;
let key: string;

async function exported(name: string, options: { from?: string; openings?: boolean; tenant?: string } = {}) {
  const file = join(folder, name);
  const operation = stand.run('audit.export', { read: true });
  await stand.result(() => stand.audit.exportAuditLog({ openings: true, file, ...options }, operation));
  return file;
}

beforeAll(async () => {
  stand = await auditStand();
  for (let at = 0; at < 300; at += 1) {
    const run = stand.run('thing.create', { reason: `reason ${at}` });
    await stand.control.store.write((transaction) =>
      run.record(transaction, { resource: { kind: 'thing', id: '=1+1' } }),
    );
    await run.succeeded();
  }
  whole = await exported('whole.hfbundle.zip');
  key = stand.audit.verifierKey();
}, 60_000);
afterAll(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

const check = (file: string, pinned: string | undefined = key) =>
  verifyBundle(file, { key: pinned, policy: undefined });

describe('an exported log', () => {
  it('verifies with the pinned key', async () => {
    expect(await check(whole)).toMatchObject({ verdict: 'verified', problems: [], missing: [] });
  });
});
