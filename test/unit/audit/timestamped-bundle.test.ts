import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '../../../main/audit/canonical-json.ts';
import { verifyBundle } from '../../../main/suite/verify-bundle.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';
import { filesOf, zipped } from '../../doubles/bundle-files.ts';
import { TimestampAuthority } from '../../doubles/timestamp-authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'timestamped-'));
let stand: AuditStand;
let authority: TimestampAuthority;
let file: string;

beforeAll(async () => {
  [stand, authority] = await Promise.all([auditStand(), TimestampAuthority.open()]);
  await stand.run('thing.create').succeeded();
  const { timestamps } = stand.audit;
  const { url, ca: certificates } = authority;
  await timestamps.set({ url, certificates, everyHours: 24 }, stand.run('audit.timestamp.set'));
  for (let at = 0; at < 2; at += 1) {
    await timestamps.request(stand.run('audit.timestamp.request'));
    await stand.run('thing.create').succeeded();
  }
  file = join(folder, 'whole.hfbundle.zip');
  const operation = stand.run('audit.export', { read: true });
  await stand.result(() => stand.audit.exports.exportAuditLog({ disclose: [], file }, operation));
});
afterAll(async () => {
  await stand.close();
  await authority.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Sealed {
  readonly timestamped: [{ note: string; consistency: string[]; token: string }];
}

const judged = (path: string) => verifyBundle(path, { key: stand.audit.verifierKey(), policy: undefined });

/** The bundle with another seal, and a trailer that agrees with it. */
async function resealed(edit: (stamp: Sealed['timestamped'][0]) => void): Promise<string> {
  const files = filesOf(readFileSync(file));
  const seal = JSON.parse(String(files.get('seal.json')));
  edit(seal.timestamped[0]);
  const bytes = Buffer.from(canonicalJson(seal));
  const trailer = JSON.parse(String(files.get('trailer.json')));
  trailer.seal = createHash('sha256').update(bytes).digest('hex');
  files.set('seal.json', bytes).set('trailer.json', Buffer.from(canonicalJson(trailer)));
  const changed = join(folder, 'changed.hfbundle.zip');
  writeFileSync(changed, await zipped(files));
  return changed;
}

test('a bundle carries the newest time stamp, which OpenSSL takes; the verdict says what it leaves to that', async () => {
  const { size, time } = stand.audit.timestamps.list().stamps[0] ?? { size: 0, time: '' };
  const { verdict, notProven } = await judged(file);
  expect(verdict).toBe('verified');
  expect(notProven[0]).toContain(`had its first ${size} entries at ${time}`);
  const seal = JSON.parse(String(filesOf(readFileSync(file)).get('seal.json'))) as Sealed;
  const program = join(folder, 'holdfast-verify.mjs');
  writeFileSync(program, filesOf(readFileSync(file)).get('holdfast-verify.mjs') ?? '');
  const said = execFileSync(process.execPath, [program, file, '--key', stand.audit.verifierKey()]);
  expect(String(said)).toContain(notProven[0]);
  expect(seal.timestamped).toHaveLength(1);
  const [{ note, token }] = seal.timestamped;
  authority.verify(Buffer.from(token, 'base64'), Buffer.from(note));
});

test('a time stamp of something else, or of another history, is tampering', async () => {
  const other = stand.store
    .sql<{ token: Uint8Array }>('SELECT token FROM timestamps ORDER BY size LIMIT 1')
    .get();
  const swapped = await resealed((stamp) => {
    stamp.token = Buffer.from(other?.token ?? []).toString('base64');
  });
  expect(await judged(swapped)).toMatchObject({
    verdict: 'tampered',
    problems: [{ reason: 'A time stamp of seal.json is of other bytes' }],
  });
  const torn = await resealed((stamp) => stamp.consistency.splice(0, 1));
  expect(await judged(torn)).toMatchObject({
    verdict: 'tampered',
    problems: [{ reason: 'A time stamp of seal.json is of another history' }],
  });
});
