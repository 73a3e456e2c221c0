// A report inside a bundle: made again it has the same bytes, and what it says of entries is counted again by the verifiers.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Recount } from '../../../../main/audit/bundle/verifier/controls.mjs';
import { verifyBundle } from '../../../../main/suite/verify-bundle.ts';
import type { BundledReport } from '../../../../shared/contract/audit/reports.ts';
import { auditExport } from '../../../../shared/contract/audit.ts';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { changed, filesOf } from '../../../doubles/bundle-files.ts';
import { png } from '../../../doubles/png.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundled-'));
let stand: AuditStand;
let period: { from: string; to: string };
let bundle: Buffer;
let count = 0;

function fresh(): string {
  count += 1;
  return join(folder, `${count}.hfbundle.zip`);
}

async function note(action: string, times = 1, failing = false): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    const run = stand.run(action);
    if (failing) await run.failed(new Error('refused'));
    else await run.succeeded();
  }
}

async function exported(more: { reports?: BundledReport[]; tenant?: string } = {}) {
  const file = fresh();
  const operation = stand.run('audit.export', { read: true });
  const reports: BundledReport[] = [{ standard: 'soc2' }, { standard: 'gdpr' }];
  const input = { disclose: [], file, ...period, reports, ...more };
  const result = await stand.result(() => stand.audit.exports.exportAuditLog(input, operation));
  return { bytes: readFileSync(file), result: auditExport.parse(result), operation };
}

async function checked(bytes: Uint8Array) {
  const file = fresh();
  writeFileSync(file, bytes);
  return await verifyBundle(file, { key: stand.audit.verifierKey(), policy: undefined });
}

const now = () => new Date(stand.clock.now()).toISOString();

beforeAll(async () => {
  stand = await auditStand();
  await note('auth.sign-in', 3);
  stand.clock.advance(3_600_000);
  const from = now();
  stand.clock.advance(1_000);
  await note('auth.sign-in', 4);
  await note('auth.sign-in', 2, true);
  await note('backup.create', 5);
  stand.clock.advance(1_000);
  period = { from, to: now() };
  stand.clock.advance(1_000);
  await note('backup.drill', 9);
  stand.reports.populations.push({
    name: 'principals',
    text: 'Users and bots',
    source: 'nobody',
    start: 0,
    end: 0,
    added: 0,
    removed: 0,
  });
  stand.reports.policies.push({ name: 'roles', title: 'Roles', text: 'four of them', holds: true });
  bundle = (await exported()).bytes;
}, 60_000);
afterAll(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

it('has the report, the controls and the populations, and a stranger counts the controls again', async () => {
  const files = filesOf(bundle);
  expect([...files.keys()].filter((name) => /^(controls|populations|report)/.test(name))).toEqual([
    'populations.json',
    'controls.json',
    'controls.csv',
    'report-soc2.pdf',
    'report-gdpr.pdf',
  ]);
  const report = await checked(bundle);
  expect(report).toMatchObject({ verdict: 'verified', problems: [] });
  expect(report.controls.filter(({ id }) => id === 'CC6.1' || id === 'A1.2')).toMatchObject([
    // four sign-ins and two that were refused; of three settings one is known here
    { standard: 'soc2', status: 'evidence-for', recounted: 6, elsewhere: 0, absent: 0, stated: 3 },
    { standard: 'soc2', status: 'evidence-for', recounted: 5 },
  ]);
  expect(report.controls.find(({ id }) => id === 'Art. 17')?.status).toBe('not-applicable');
  expect(report.notProven).toContainEqual(expect.stringMatching(/populations.json is right/));
});

it('has the same bytes again', async () => {
  stand.clock.advance(5_000);
  await note('backup.create', 2);
  const [one, other] = [filesOf(bundle), filesOf((await exported()).bytes)];
  const differing = [...one].filter(([name, content]) => !other.get(name)?.equals(content));
  expect(differing.map(([name]) => name)).toEqual(['seal.json', 'trailer.json']);
});

it('is told of in the result and in the entry of the export, and says where it lies', async () => {
  const { bytes, result } = await exported({ reports: [{ standard: 'gdpr' }] });
  expect((await checked(bytes)).verdict).toBe('verified');
  expect(result.reports).toMatchObject([{ standard: 'gdpr', totals: { 'not-applicable': 6 } }]);
  const file = join(folder, 'report.pdf');
  writeFileSync(file, filesOf(bytes).get('report-gdpr.pdf') ?? '');
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  for (const part of ['in an export of', 'verify.html and holdfast-verify.mjs', 'Anchor of the audit log'])
    expect(text).toContain(part);
  expect(text).not.toContain('Ada Lovelace');
});

it('has the chosen controls, notes and a logo for a report that is asked for so, each with the same bytes again', async () => {
  const logo = join(folder, 'logo.png');
  writeFileSync(logo, png({ width: 60, height: 20 }));
  const notes = 'For the audit of spring.';
  const reports: BundledReport[] = [
    { standard: 'soc2', controls: ['CC6.1', 'A1.2'], notes, logo },
    { standard: 'gdpr' },
  ];
  const { bytes, result, operation } = await exported({ reports });
  await operation.succeeded();
  const files = filesOf(bytes);
  const again = filesOf((await exported({ reports })).bytes);
  const differing = [...files].filter(([name, content]) => !again.get(name)?.equals(content));
  expect(differing.map(([name]) => name)).toEqual(['seal.json', 'trailer.json']);

  expect(result.reports.map(({ totals }) => Object.values(totals).reduce((sum, n) => sum + n, 0))).toEqual([
    2, 15,
  ]);
  const { standards } = JSON.parse(String(files.get('controls.json')));
  expect(standards).toMatchObject([
    { chosen: ['CC6.1', 'A1.2'], notes, controls: [{ id: 'CC6.1' }, { id: 'A1.2' }] },
    { standard: 'gdpr' },
  ]);
  expect(Object.keys(standards[1])).toEqual(['controls', 'standard']);
  const pdf = (standard: string) => {
    const file = join(folder, `chosen-${standard}.pdf`);
    writeFileSync(file, files.get(`report-${standard}.pdf`) ?? '');
    return {
      text: execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }),
      images: execFileSync('pdfimages', ['-list', file], { encoding: 'utf8' }),
    };
  };
  expect(pdf('soc2').text).toContain('chosen: CC6.1, A1.2');
  expect(pdf('soc2').text).toContain(notes);
  expect(pdf('soc2').images).toMatch(/image +60 +20/);
  expect(pdf('gdpr').text).not.toContain(notes);
  expect(pdf('gdpr').images).not.toMatch(/image +60 +20/);

  const report = await checked(bytes);
  expect(report).toMatchObject({ verdict: 'verified', problems: [] });
  expect(report.controls.find(({ id }) => id === 'CC6.1')).toMatchObject({ recounted: 6 });
  for (const what of [
    /controls of soc2 which are not here have evidence: 2 were chosen/,
    /notes in the report on soc2/,
  ])
    expect(report.notProven).toContainEqual(expect.stringMatching(what));
  const [entry] = await stand.audit.recordsOf('audit.export', null, 'success');
  expect(entry?.x).toMatchObject({ standards: 'soc2 gdpr', chosen: 'soc2' });
});

it('of a choice that cannot be made there is no export', async () => {
  const start = (report: Omit<BundledReport, 'standard'>, more = {}) =>
    stand.audit.exports.exportAuditLog(
      { disclose: [], file: fresh(), ...period, ...more, reports: [{ standard: 'soc2', ...report }] },
      stand.run('audit.export', { read: true }),
    );
  await expect(start({ controls: ['CC6.1', 'Art. 5'] })).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { issues: [{ reason: 'no-such-control' }] },
  });
  const logo = join(folder, 'no-logo.png');
  writeFileSync(logo, 'no picture');
  await expect(start({ logo })).rejects.toMatchObject({ data: { issues: [{ reason: 'not-a-logo' }] } });
  stand.reports.tier = 'professional';
  await expect(start({ notes: 'ours' }, { tenant: stand.ids.uuid() })).rejects.toMatchObject({
    code: 'TIER_FORBIDS',
    data: { feature: 'customReports' },
  });
  stand.reports.tier = 'enterprise';
});

it('without a report there are the populations alone', async () => {
  const { bytes } = await exported({ reports: [] });
  const files = filesOf(bytes);
  expect([...files.keys()].filter((name) => /^(controls|report)/.test(name))).toEqual([]);
  expect(JSON.parse(String(files.get('populations.json')))).toMatchObject({
    from: Date.parse(period.from),
    populations: [{ name: 'principals', start: 0 }],
  });
  const forged = await changed(bytes, (all) => all.set('populations.json', Buffer.from('[]')));
  expect((await checked(forged)).problems).toContainEqual(
    expect.objectContaining({ reason: 'populations.json has another form than in any bundle' }),
  );
});

it('needs a period, and a tier that has reports', async () => {
  const asked = { disclose: [], file: fresh(), reports: [{ standard: 'soc2' as const }] };
  const start = (more: object) =>
    stand.audit.exports.exportAuditLog({ ...asked, ...more }, stand.run('audit.export', { read: true }));
  await expect(start({ from: period.from })).rejects.toMatchObject({
    code: 'VALIDATION',
    data: { issues: [{ reason: 'report-period' }] },
  });
  stand.reports.tier = 'standard';
  const tenant = stand.ids.uuid();
  await expect(start({ ...period, tenant })).rejects.toMatchObject({ code: 'TIER_FORBIDS' });
  await expect(
    stand.audit.exports.planAuditExport({ ...period, tenant, reports: [{ standard: 'soc2' }] }),
  ).rejects.toMatchObject({ code: 'TIER_FORBIDS' });
});

it('is not made of a log that was changed', async () => {
  await stand.restart((file) => {
    const database = new Database(file);
    database.exec(
      "UPDATE entries SET record = CAST(replace(record, 'auth.sign-in', 'auth.sign-on') AS BLOB) WHERE position % 68719476736 = 4",
    );
    database.close();
  });
  await expect(exported()).rejects.toThrow(/INTEGRITY: The log does not verify/);
});

it('counts all, and names the first thousand; of another owner nothing', () => {
  const query = { actions: ['data.*', 'file.get'], of: 'owner', outcome: 'success', severity: null } as const;
  const recount = new Recount('00000000-0000-7000-8000-000000000000/00000000-0000-7000-8000-000000000001/e1');
  const [own, others] = [recount.counting(query), recount.counting({ ...query, of: 'installation' })];
  for (let index = 0; index < 3_000; index += 1) {
    const act = ['data.get', 'file.get', 'datas.get'][index % 3] ?? '';
    recount.add(index, { act, sev: 'info', out: 'success' });
  }
  recount.add(3_000, { act: 'data.get', sev: 'info', out: 'failure' });
  expect([own.count, own.entries.length, own.entries.at(-1)]).toEqual([2_000, 1_000, 1_498]);
  expect(others).toMatchObject({ count: 0, entries: [] });
});
