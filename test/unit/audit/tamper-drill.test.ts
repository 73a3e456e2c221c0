import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { holdDrill } from '../../../main/audit/drill/hold-drill.ts';
import { type LogsCheck, verifyLogs } from '../../../main/audit/verify/verify-logs.ts';
import { copyDatabase, ScratchCopy } from '../../../main/storage/scratch-copy.ts';
import { type TamperDrillResult, tamperDrillResult } from '../../../shared/contract/audit/tamper-drill.ts';
import { auditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type TamperAttack, tamperAttacks } from '../../../shared/tamper-attacks.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';
import { otherInstallation } from '../../doubles/other-installation.ts';
import { TimestampAuthority } from '../../doubles/timestamp-authority.ts';

let stand: AuditStand;
let authority: TimestampAuthority;
beforeAll(async () => {
  authority = await TimestampAuthority.open();
});
afterAll(() => authority.close());
beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

async function happen(count: number, tenantId?: Uuid): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, at) => {
      const run = stand.run('thing.create');
      run.describe({
        resource: { kind: 'thing', id: `thing-${at}` },
        ...(tenantId === undefined ? {} : { tenantId }),
      });
      return run.succeeded();
    }),
  );
}

/** A log in which there is something of everything that can be attacked. */
async function furnish(count: number): Promise<void> {
  await happen(count);
  for (const size of [260, 3, 2]) await happen(size, stand.ids.uuid());
  await stand.audit.rotateSigningKey(stand.run('audit.key.rotate'));
  const { witnessKey: key } = otherInstallation();
  await stand.audit.witnesses.add({ key, label: 'Firm B' }, stand.run('audit.witness.add'));
  await stand.audit.timestamps.set(
    { url: authority.url, certificates: authority.ca, everyHours: 24 },
    stand.run('audit.timestamp.set'),
  );
  await stand.audit.timestamps.request(stand.run('audit.timestamp.request'));
  await stand.audit.retention.policies.hold({ reason: 'a lawsuit' }, stand.run('audit.retention.hold'));
  await happen(3);
}

/** Where the first entry that is named is the one that was hit. */
const exact: ReadonlySet<TamperAttack> = new Set([
  'entry-deleted',
  'entries-swapped',
  'entry-renamed',
  'opening-removed',
  'openings-swapped',
  'logs-swapped',
  'pruned-early',
]);

const drill = async (): Promise<TamperDrillResult> =>
  tamperDrillResult.parse(
    await stand.result(() => stand.audit.drill.run(stand.run('audit.drill', { read: true }))),
  );

const outcomes = ({ attacks }: TamperDrillResult) =>
  Object.fromEntries(attacks.map(({ attack, outcome, obstacle }) => [attack, obstacle ?? outcome]));

/** A copy of the stand's log as it is, and what it is checked against, in a folder of its own. */
async function withCopy<Result>(use: (copy: ScratchCopy, check: LogsCheck) => Result): Promise<Result> {
  await stand.audit.settle();
  const folder = mkdtempSync(join(stand.folder, 'copy-'));
  const file = join(folder, 'audit.db');
  await copyDatabase(stand.store, file, { check() {}, onTotal() {}, onBytes() {} });
  const copy = new ScratchCopy(file, 'audit');
  try {
    return use(copy, await stand.audit.drill.check());
  } finally {
    copy.close();
  }
}

const quiet = { onPhase() {}, onEntries() {} };

test('every attack on a copy is caught where it hit, and the log itself stays as it was', async () => {
  await furnish(300);
  const result = await drill();
  expect(outcomes(result)).toEqual(Object.fromEntries(tamperAttacks.map((attack) => [attack, 'caught'])));
  for (const { attack, target, finding } of result.attacks)
    if (exact.has(attack)) expect([attack, finding?.index]).toEqual([attack, target?.index]);
  expect(readdirSync(join(stand.folder, 'drilling'))).toEqual([]);
  const after = auditVerification.parse(
    await stand.result(() => stand.audit.verifyAuditLog({}, stand.run('audit.verify', { read: true }))),
  );
  expect(after).toMatchObject({ verdict: 'verified', problems: [] });
});

test('a verification from the marks says of every attack what one of all entries says', async () => {
  await furnish(2400);
  const marked = await withCopy((copy, check) => {
    const read = { whole: 0, marked: 0 };
    holdDrill(copy, { check, newer: undefined }, quiet, (reading, { resume, ...given }, onEntries) => {
      const counted = (of: 'whole' | 'marked') => (count: number) => {
        read[of] += count;
      };
      if (resume === undefined) return verifyLogs(reading, given, onEntries);
      const { marks: _filled, ...whole } = given;
      const report = verifyLogs(reading, { ...given, resume }, counted('marked'));
      const all = verifyLogs(reading, whole, counted('whole')).problems;
      // an index of an earlier entry could only come from what nobody changed
      expect(report.problems).toEqual(all);
      return report;
    });
    return read;
  });
  expect(marked.marked).toBeLessThan(marked.whole);
});

test.each([
  { when: 'before', asked: 1 },
  { when: 'after', asked: 2 },
])('a change of the retention just $when the copying is no finding', async ({ asked }) => {
  await happen(3);
  let checks = 0;
  const check = stand.audit.drill.check.bind(stand.audit.drill);
  vi.spyOn(stand.audit.drill, 'check').mockImplementation(async () => {
    checks += 1;
    const hold = () =>
      stand.audit.retention.policies.hold({ reason: 'a lawsuit' }, stand.run('audit.retention.hold'));
    if (checks === asked && asked === 2) await hold();
    const found = await check();
    if (checks === asked && asked === 1) await hold();
    return found;
  });
  const result = await drill();
  expect(outcomes(result)['entry-edited']).toBe('caught');
  expect(checks).toBe(4);
});

test('what no check looks at any more is told as missed', async () => {
  await furnish(3);
  const held = await withCopy((copy, check) =>
    holdDrill(copy, { check, newer: undefined }, quiet, (reading, given, onEntries) => {
      const openings = { ...given.openings, subjectKeys: new Map<string, Uint8Array>(), sizes: new Map() };
      return verifyLogs(reading, { ...given, openings }, onEntries);
    }),
  );
  const missed = held.attacks.filter(({ outcome }) => outcome === 'missed');
  expect(missed.map(({ attack, finding }) => [attack, finding])).toEqual([
    ['opening-removed', null],
    ['key-deleted', null],
    ['openings-swapped', null],
  ]);
});

test('without anything outside an older file goes unnoticed, and the drill says so', async () => {
  stand.anchors.set = () => {
    throw new Error('no keychain');
  };
  await happen(3);
  const result = await drill();
  expect(outcomes(result)).toMatchObject({
    'rolled-back': 'unguarded',
    'tail-cut': 'caught',
    'log-deleted': 'no-tenant-log',
    'replaced-key': 'never-rotated',
    'tile-edited': 'no-full-tile',
    'witness-removed': 'no-witness',
  });
  expect(result).toMatchObject({ missed: 0, unguarded: 1 });
});

test('after a recovery the log of the new epoch is attacked; what the former one said of keys and witnesses stays true', async () => {
  await furnish(5);
  await stand.recover();
  await happen(2, stand.ids.uuid());
  await stand.audit.rotateSigningKey(stand.run('audit.key.rotate'));
  const result = await drill();
  expect(outcomes(result)).toMatchObject({
    'replaced-key': 'caught',
    'handing-over-removed': 'caught',
    'witness-removed': 'caught',
    'logs-swapped': 'one-tenant-log',
  });
  expect(result).toMatchObject({ logs: 6, missed: 0, unguarded: 0 });
  for (const { target } of result.attacks) if (target !== null) expect(target.logId).toMatch(/\/e2$/);
});

test('a log that does not verify as it is is not drilled', async () => {
  await happen(3);
  execFileSync('sqlite3', [stand.store.file, "UPDATE entries SET event_id = 'x' WHERE position % 65536 = 1"]);
  await expect(drill()).rejects.toThrow(/INTEGRITY: The log does not verify as it is/);
  expect(readdirSync(join(stand.folder, 'drilling'))).toEqual([]);
});

test('a copy that a killed process left is swept', async () => {
  const left = join(stand.folder, 'drilling', 'drill-abc');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'audit.db'), 'half a copy');
  await stand.audit.drill.sweep();
  expect(existsSync(left)).toBe(false);
});
