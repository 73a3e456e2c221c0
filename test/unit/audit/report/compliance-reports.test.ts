import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Standard } from '../../../../shared/compliance.ts';
import { complianceFindings, complianceReport } from '../../../../shared/contract/audit/reports.ts';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { filesOf } from '../../../doubles/bundle-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
let stand: AuditStand;
let from: string;
let to: string;
let count = 0;

async function note(action: string, times = 1, failing = false): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    const run = stand.run(action);
    run.describe({ resource: { kind: 'thing', id: '=1+1' } });
    if (failing) await run.failed(new Error('refused'));
    else await run.succeeded();
  }
}

const later = (ms: number) => stand.clock.advance(ms);
const now = () => new Date(stand.clock.now()).toISOString();

beforeAll(async () => {
  stand = await auditStand();
  await note('auth.sign-in', 3);
  later(3_600_000);
  from = now();
  later(1_000);
  await note('auth.sign-in', 4);
  await note('auth.sign-in', 2, true);
  await note('principal.create', 5);
  await note('principal.delete', 1);
  await note('backup.create', 60);
  later(1_000);
  to = now();
  later(1_000);
  await note('principal.create', 2);
  await note('backup.drill', 9);
  stand.reports.populations.push({
    name: 'principals',
    text: 'Users and bots',
    source: 'counters of today',
    now: 16,
    made: 'principal.create',
    gone: 'principal.delete',
  });
}, 60_000);
afterAll(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

async function made(
  ending: string,
  more: { standard?: Standard; controls?: string[]; notes?: string; logo?: string } = {},
) {
  count += 1;
  const file = join(process.env.KEEP ?? folder, `${count}${ending}`);
  const operation = stand.run('audit.report');
  const input = { standard: 'hipaa' as const, from, to, file, ...more };
  const result = await stand.result(() => stand.audit.reports.generate(input, operation));
  return { file, result: complianceReport.parse(result), operation };
}

const controlIn = <Found extends { readonly id: string }>(all: readonly Found[], id: string) => {
  const found = all.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

it('counts what lies in the period and nothing else, and lists a bounded number of entries by their index', async () => {
  const { file, result, operation } = await made('.json');
  const found = complianceFindings.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(found).toMatchObject({
    reportId: operation.id,
    from,
    to,
    zone: 'UTC',
    chosen: null,
    by: 'Ada Lovelace (owner)',
  });
  const signIns = controlIn(found.controls, '164.308(a)(5)(ii)(C)');
  expect(signIns.status).toBe('evidence-for');
  expect(signIns.evidence.map(({ count: n }) => n)).toEqual([4, 2, 0]);
  expect(signIns.evidence[0]).toMatchObject({
    query: "action auth.sign-in, outcome success, in the installation's log",
    first: { index: 3 },
    last: { index: 6 },
    entries: [{ index: 3 }, { index: 4 }, { index: 5 }, { index: 6 }],
  });
  const backups = controlIn(found.controls, '164.308(a)(7)(ii)(A)').evidence[0];
  expect([backups?.count, backups?.entries.length]).toEqual([60, 50]);
  // the drills came after the period
  expect(controlIn(found.controls, '164.308(a)(7)(ii)(D)').status).toBe('no-evidence-found');
  expect(controlIn(found.controls, '164.308(a)(8)')).toMatchObject({
    status: 'needs-human-evidence',
    evidence: [],
  });
  expect(found.exceptions.failures).toMatchObject([
    { action: 'auth.sign-in', count: 2, first: { index: 7 } },
  ]);
  expect(found.completeness).toMatchObject([{ from: 3, to: 74, expected: 72, present: 72, inPeriod: 72 }]);
  expect(found.accuracy.verdict).toBe('verified');
  expect(result.totals).toEqual(found.totals);
  expect(Object.values(found.totals).reduce((sum, each) => sum + each)).toBe(found.controls.length);
});

it('winds populations back from today, and calls a control of people not applicable where there were none', async () => {
  const { file } = await made('.json', { standard: 'gdpr' });
  const found = complianceFindings.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(found.populations).toMatchObject([{ start: 10, end: 14, added: 5, removed: 1 }]);
  expect(controlIn(found.controls, 'Art. 17').status).toBe('evidence-for');
  const people = stand.reports.populations.splice(0);
  stand.reports.populations.push({
    name: 'principals',
    text: 'Users and bots',
    source: 'nobody',
    start: 0,
    end: 0,
    added: 0,
    removed: 0,
  });
  const none = await stand.audit.reports.preview(
    { standard: 'gdpr', from, to },
    stand.run('x.y', { read: true }),
  );
  expect(none.controls.filter(({ status }) => status === 'not-applicable').map(({ id }) => id)).toEqual(
    ['15', '16', '17', '18', '19', '20'].map((number) => `Art. ${number}`),
  );
  stand.reports.populations.splice(0, 1, ...people);
});

it('is a tagged PDF/A with bookmarks, whose text has the controls, the zone and the head of the log', async () => {
  const { file, result, operation } = await made('.pdf', { notes: 'For the audit of spring.' });
  const info = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
  expect(info).toMatch(/Tagged:\s+yes/);
  const metadata = execFileSync('pdfinfo', ['-meta', file], { encoding: 'utf8' });
  expect(metadata).toMatch(/pdfaid:part>2<[\s\S]*pdfaid:conformance>A</);
  const pages = Number(/Pages:\s+(\d+)/.exec(info)?.[1]);
  expect(pages).toBeGreaterThan(5);
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  for (const part of [
    'For the audit of spring.',
    'UTC, for every time in this report',
    '164.312(c)(2)',
    'Needs human evidence',
    'Anchor of the audit log',
    operation.id,
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toMatch(/\bcompliant\b/i);
  const structure = execFileSync('pdfinfo', ['-struct', file], { encoding: 'utf8' });
  expect(structure).toMatch(/TH[\s\S]*TD/);
  expect(readFileSync(file).includes('/Outlines')).toBe(true);
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(result.files).toEqual([{ name: 'report.pdf', bytes: bytes.length, sha256 }]);
  await operation.succeeded();
  const [logged] = (await stand.audit.recordsOf('audit.report', null)).slice(-1);
  expect(logged).toMatchObject({ x: { verdict: 'verified', standard: 'hipaa', 'sha256.pdf': sha256 } });
});

it('a zip has all three, with the same bytes as the log says; a cell is no formula', async () => {
  const { file, result } = await made('.zip', {
    controls: ['164.312(b)', '164.308(a)(5)(ii)(C)'],
    notes: '=1+1',
  });
  const files = filesOf(readFileSync(file));
  expect([...files.keys()]).toEqual(['report.pdf', 'controls.csv', 'controls.json']);
  for (const { name, sha256 } of result.files.slice(0, 3)) {
    expect(
      createHash('sha256')
        .update(files.get(name) ?? '')
        .digest('hex'),
    ).toBe(sha256);
  }
  const csv = String(files.get('controls.csv')).split('\r\n');
  expect(csv[0]).toMatch(/^standard,control,title,status/);
  expect(csv.filter((line) => line.startsWith('hipaa,'))).toHaveLength(3 + 5);
  const found = complianceFindings.parse(JSON.parse(String(files.get('controls.json'))));
  expect(found.chosen).toEqual(['164.308(a)(5)(ii)(C)', '164.312(b)']);
});

it('a tier without reports, or without reports of its own making, is refused by name', async () => {
  const asked = { standard: 'soc2' as const, tenant: stand.ids.uuid(), from, to };
  const file = join(folder, 'no.pdf');
  const generate = (more: object) =>
    stand.audit.reports.generate({ ...asked, file, ...more }, stand.run('audit.report'));
  stand.reports.tier = 'standard';
  await expect(generate({})).rejects.toMatchObject({ code: 'TIER_FORBIDS', data: { feature: 'reports' } });
  stand.reports.tier = 'professional';
  for (const more of [{ controls: ['CC6.1'] }, { notes: 'a note' }, { logo: '/logo.png' }]) {
    await expect(generate(more)).rejects.toMatchObject({
      code: 'TIER_FORBIDS',
      data: { tier: 'professional', feature: 'customReports' },
    });
  }
  stand.reports.tier = 'enterprise';
  const wrong = { code: 'VALIDATION' };
  await expect(generate({ controls: ['CC6.1', 'CC99'] })).rejects.toMatchObject({
    ...wrong,
    data: { issues: [{ path: 'controls.1', reason: 'no-such-control' }] },
  });
  await expect(generate({ file: join(folder, 'report.doc') })).rejects.toMatchObject(wrong);
  await expect(generate({ from: to, to: from })).rejects.toMatchObject(wrong);
});

it('of a log that was changed no entry is evidence', async () => {
  await stand.restart((file) => {
    const database = new Database(file);
    database.exec(
      "UPDATE entries SET record = CAST(replace(record, 'auth.sign-in', 'auth.sign-on') AS BLOB) WHERE position % 68719476736 = 4",
    );
    database.close();
  });
  const { file, result } = await made('.json', { standard: 'iso27001' });
  const found = complianceFindings.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(result.verdict).toBe('tampered');
  expect(found.accuracy.problems.length).toBeGreaterThan(0);
  expect(controlIn(found.controls, 'A.8.5').status).toBe('no-evidence-found');
  expect(
    found.controls
      .flatMap(({ evidence }) => evidence)
      .filter(({ kind, found: is }) => is && kind !== 'population'),
  ).toEqual([]);
});
