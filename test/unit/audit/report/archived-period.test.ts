import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyBundle } from '../../../../main/suite/verify-bundle.ts';
import { complianceFindings, complianceReport } from '../../../../shared/contract/audit/reports.ts';
import type { AppliedRetention } from '../../../../shared/contract/audit/retention.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { filesOf } from '../../../doubles/bundle-files.ts';

const dayMs = 24 * 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'report-'));
const archives = mkdtempSync(join(tmpdir(), 'archives-'));
let stand: AuditStand;
let tenant: Uuid;
let count = 0;
/** When each of three years began; the first two are pruned, one by one. */
const begin: string[] = [];
let pruned: AppliedRetention['logs'];

async function note(action: string, times: number, tenantId?: Uuid): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    const run = stand.run(action);
    run.describe({
      resource: { kind: 'thing', id: 'one' },
      ...(tenantId === undefined ? {} : { tenantId }),
    });
    await run.succeeded();
  }
}

const year = (days: number) => {
  stand.clock.advance(days * dayMs);
  begin.push(new Date(stand.clock.now()).toISOString());
};

async function prune(): Promise<AppliedRetention['logs']> {
  await stand.audit.settle();
  const run = stand.run('audit.retention.apply');
  const result = await stand.result(() => stand.audit.retention.apply({}, run));
  return (result as unknown as AppliedRetention).logs;
}

beforeAll(async () => {
  stand = await auditStand();
  tenant = stand.ids.uuid();
  const archive = stand.run('audit.retention.archive', { critical: true });
  await stand.audit.retention.policies.setFolder(archives, archive);
  year(1);
  await note('data.export', 300, tenant);
  year(3000);
  await note('principal.create', 200, tenant);
  const first = await prune();
  await note('backup.create', 300, tenant);
  await note('auth.sign-in', 400);
  year(3000);
  await note('backup.create', 3, tenant);
  const [installation, second] = await prune();
  pruned = [...first, ...(second ? [second] : []), ...(installation ? [installation] : [])];
  stand.reports.populations.push({
    name: 'principals',
    text: 'Users and bots',
    source: 'counters of today',
    now: 200,
    made: 'principal.create',
    gone: 'principal.delete',
  });
}, 120_000);
afterAll(async () => {
  await stand.close();
  for (const each of [folder, archives]) rmSync(each, { recursive: true, force: true });
});

const period = (from: number, to: number) => ({ from: begin[from] ?? '', to: begin[to] ?? '' });
const soc2 = (more: object) => ({ standard: 'soc2' as const, tenant, ...period(1, 2), ...more });

async function made(ending: string, more: object = {}) {
  count += 1;
  const file = join(process.env.KEEP ?? folder, `archived-${count}${ending}`);
  const run = stand.run('audit.report');
  const result = await stand.result(() => stand.audit.reports.generate({ ...soc2(more), file }, run));
  return { file, result: complianceReport.parse(result) };
}

async function data(more: object = {}) {
  const { file } = await made('.json', more);
  return complianceFindings.parse(JSON.parse(readFileSync(file, 'utf8')));
}

const preview = (more: object = {}) =>
  stand.audit.reports.preview(soc2(more), stand.run('x.y', { read: true }));

it('says which entries of the period were pruned, under which policy, and which archive has them', async () => {
  expect(pruned.map(({ from, to }) => [from, to])).toEqual([
    [0, 255],
    [256, 767],
    [0, 255],
  ]);
  const [first, second, installation] = pruned;
  const found = await data();
  expect(found.archived).toMatchObject([
    {
      logId: second?.logId,
      from: 256,
      to: 767,
      size: 803,
      days: 2192,
      file: second?.file.slice(archives.length + 1),
      manifest: second?.manifest,
      seen: 'here',
    },
    { logId: installation?.logId, from: 0, to: 255, manifest: installation?.manifest, seen: 'here' },
  ]);
  const [of] = found.archived;
  // the rest of the first year was not a whole tile, so it is in the second archive
  expect(of && of.oldest < (begin[1] ?? '') && of.newest >= (begin[1] ?? '')).toBe(true);
  expect(of && of.newest < (begin[2] ?? '') && of.time >= (begin[2] ?? '')).toBe(true);
  expect((await preview()).archived).toEqual(found.archived.map(({ seen: _, ...stretch }) => stretch));
  const past = await preview(period(0, 1));
  // of the installation's some are older and some are younger, so others may be of that period
  const all = [first, second, installation].map((each) => each?.manifest);
  expect(past.archived.map(({ manifest }) => manifest)).toEqual(all);
  const later = { from: begin[2] ?? '', to: new Date(stand.clock.now() + 1).toISOString() };
  expect((await preview(later)).archived).toEqual([]);
});

it('says of a control that its evidence may be archived, and never that there is none', async () => {
  const { controls, completeness, accuracy } = await data();
  expect(accuracy.verdict).toBe('verified');
  const backups = controls.find(({ id }) => id === 'A1.2');
  expect(backups).toMatchObject({ status: 'evidence-for', why: /archived were not counted/ });
  const archived = controls.filter(({ status }) => status === 'may-be-archived');
  expect(archived.length).toBeGreaterThan(0);
  for (const { evidence, why } of archived) {
    expect(evidence.filter(({ found }) => found)).toEqual([]);
    expect(why).toMatch(/^0 of \d+ kinds of evidence were found among the entries that are left\. Look in/);
  }
  for (const { status, evidence } of controls)
    if (status === 'no-evidence-found') expect(evidence.some(({ archived: is }) => is)).toBe(false);
  for (const { from, expected, present } of completeness) {
    expect(present).toBe(expected);
    if (from !== null) expect(from).toBeGreaterThanOrEqual(256);
  }
});

it('says so in an export too, where what is left is counted again', async () => {
  const file = join(folder, 'archived.hfbundle.zip');
  const input = { tenant, ...period(1, 2), reports: [{ standard: 'soc2' as const }], disclose: [], file };
  await stand.result(() => stand.audit.exports.exportAuditLog(input, stand.run('audit.export')));
  const report = await verifyBundle(file, { key: stand.audit.verifierKey(), policy: undefined });
  expect(report).toMatchObject({ verdict: 'verified', problems: [], first: 768 });
  const statuses = (controls: readonly { readonly id: string; readonly status: string }[]) =>
    controls.map(({ id, status }) => [id, status]);
  expect(statuses(report.controls)).toEqual(statuses((await data()).controls));
  expect(report.controls.find(({ id }) => id === 'A1.2')?.recounted).toBeGreaterThan(0);
});

it('winds no population back past what is archived', async () => {
  const { populations } = await data();
  expect(populations).toMatchObject([{ start: null, end: 200, source: expect.stringMatching(/archived$/) }]);
  expect((await data(period(0, 1))).populations).toMatchObject([{ start: null, end: null }]);
});

it('prints them, and lists them in the table of controls', async () => {
  const { file } = await made('.zip', { controls: ['A1.2', 'CC6.1'] });
  const files = filesOf(readFileSync(file));
  const [, second] = pruned;
  const csv = String(files.get('controls.csv'));
  expect(csv.split('\r\n')[0]).toContain(',entries,archived entries,');
  expect(csv).toContain(`${second?.logId}#256..767 of 803, pruned `);
  expect(csv).toContain(`manifest SHA-256 ${second?.manifest}`);
  const signIns = csv.split('\r\n').find((line) => line.includes('Sign-ins that were refused'));
  expect(signIns).toContain(pruned[2]?.manifest);
  expect(signIns).not.toContain(second?.manifest);
  const pdf = join(folder, 'report.pdf');
  writeFileSync(pdf, files.get('report.pdf') ?? '');
  const lines = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' });
  const text = lines.replaceAll(/\s+/g, ' ');
  for (const part of ['Archived entries', 'verifies on its own', '256 to 767 of 803', 'of 2192 days'])
    expect(text).toContain(part);
  expect(text).toContain('seen, its manifest is this one');
  expect(lines.replaceAll(/\s/g, '')).toContain(second?.manifest);
  expect(text).not.toMatch(/\bcompliant\b/i);
});

it('says whether an archive is there today, by its manifest alone', async () => {
  const { file = '', logId = '' } = pruned[1] ?? {};
  const sighted = async () => (await data()).archived.find((each) => each.logId === logId)?.seen;
  const whole = readFileSync(file);
  const other = readFileSync(pruned[0]?.file ?? '');
  for (const wrong of [other, whole.subarray(0, 3000), Buffer.from('no zip'), Buffer.alloc(0)]) {
    writeFileSync(file, wrong);
    expect(await sighted()).toBe('changed');
  }
  rmSync(file);
  expect(await sighted()).toBe('missing');
  const away = `${archives}-away`;
  renameSync(archives, away);
  expect(await sighted()).toBe('missing');
  renameSync(away, archives);
  writeFileSync(file, whole);
  expect(await sighted()).toBe('here');
  expect(readdirSync(archives)).toHaveLength(3);
  const none = stand.run('audit.retention.archive', { critical: true });
  await stand.audit.retention.policies.setFolder(null, none);
  expect(await sighted()).toBe('not-looked');
});

it('of a log that was changed nothing is said to be in archives', async () => {
  await stand.restart((file) =>
    execFileSync('sqlite3', [file, "UPDATE entries SET record = x'7b7d' WHERE position % 68719476736 = 800"]),
  );
  const { accuracy, controls } = await data();
  expect(accuracy.verdict).toBe('tampered');
  expect(controls.filter(({ status }) => status === 'may-be-archived')).toEqual([]);
});
