// A report inside a bundle: made again it has the same bytes, and what it says of entries is counted again by the verifiers.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyBundle } from '../../../../main/suite/verify-bundle.ts';
import type { Standard } from '../../../../shared/compliance.ts';
import { auditExport } from '../../../../shared/contract/audit.ts';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { changed, type Files, filesOf } from '../../../doubles/bundle-files.ts';

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

async function exported(more: { standards?: Standard[]; tenant?: string } = {}) {
  const file = fresh();
  const operation = stand.run('audit.export', { read: true });
  const input = { disclose: [], file, ...period, standards: ['soc2', 'gdpr'] as const, ...more };
  const result = await stand.result(() => stand.audit.exports.exportAuditLog(input, operation));
  return { bytes: readFileSync(file), result: auditExport.parse(result) };
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
  await note('data.get', 1_010);
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

it('has the report, the controls and the populations, and both verifiers count the controls again', async () => {
  const names = [...filesOf(bundle).keys()];
  expect(names).toEqual(
    expect.arrayContaining([
      'populations.json',
      'controls.json',
      'controls.csv',
      'report-soc2.pdf',
      'report-gdpr.pdf',
    ]),
  );
  const report = await checked(bundle);
  expect(report).toMatchObject({ verdict: 'verified', problems: [] });
  console.log(JSON.stringify(report.controls.slice(0, 5)), report.notProven);
  console.log([...filesOf(bundle)].map(([n, c]) => `${n} ${c.length}`).join('\n'));
});

it('has the same bytes again', async () => {
  stand.clock.advance(5_000);
  await note('backup.create', 2);
  const [one, other] = [filesOf(bundle), filesOf((await exported()).bytes)];
  const differing = [...one].filter(([name, content]) => !other.get(name)?.equals(content)).map(([name]) => name);
  expect(differing).toEqual(['seal.json', 'trailer.json']);
});
