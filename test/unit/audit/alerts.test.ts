import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogWatch } from '../../../main/audit/alerts/log-watch.ts';
import { alertRules } from '../../../main/audit/alerts/rules.ts';
import type { AuditRecord } from '../../../main/audit/record.ts';
import type { EntryDetails } from '../../../main/operations/operation.ts';
import { type AlertRuleId, alertRuleIds } from '../../../shared/alert-rules.ts';
import type { Alert } from '../../../shared/contract/audit/alerts.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
let stand: AuditStand;

beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

const list = async () => (await stand.audit.alerts.list({ limit: 100 })).items;
const rules = (alerts: readonly Alert[]) => alerts.map(({ rule }) => rule);

/** One entry as an operation leaves it, a second after the last. */
async function act(action: string, details: Partial<EntryDetails> = {}): Promise<void> {
  stand.clock.advance(1000);
  const run = stand.run(action);
  run.describe(details);
  await run.succeeded();
}

async function failSignIn(times: number, person: Uuid = stand.operator.id): Promise<void> {
  for (let time = 0; time < times; time += 1)
    await act('auth.sign-in', {
      outcome: 'failure',
      resource: { kind: 'operator', id: person, person: true },
    });
}

const raised = async () => (await stand.audit.recordsOf('alert.raise', null)).map(({ x }) => x?.rule);

test('there is a rule for each id', () => {
  expect(alertRules.map(({ id }) => id)).toEqual([...alertRuleIds]);
});

test('each rule that one entry meets is met by it, and not by what the system does or by a failure', async () => {
  const facts: Partial<Record<AlertRuleId, EntryDetails['facts']>> = {
    'operator-added': { role: 'auditor' },
    'owner-added': { role: 'owner' },
    'operator-enabled': { role: 'administrator' },
    'owner-enabled': { role: 'owner' },
    'passphrase-reset': { role: 'operator' },
    'owner-passphrase-reset': { role: 'owner' },
    'key-of-all-scopes': { scoped: false },
    'retention-lowered': { keepsLess: true },
    'log-retention-asked': { pending: true },
    'breach-recorded': { risk: 'not-judged' },
    'breach-not-told': { risk: 'unlikely' },
    'breach-due-moved': { dueLater: true },
  };
  const single = alertRules.filter(({ watches, threshold }) => watches && threshold === undefined);
  expect(single.length).toBeGreaterThan(15);
  for (const { id, watches } of single) {
    const [action = ''] = watches?.actions ?? [];
    const { outcome } = watches ?? { outcome: 'success' };
    await act(action, { outcome, facts: facts[id] ?? {} });
    await act(action, { outcome: outcome === 'success' ? 'failure' : 'success', facts: facts[id] ?? {} });
    if (facts[id] !== undefined) await act(action, { outcome, facts: { other: 1 } });
    if (watches?.byPeople) await act(action, { outcome, facts: facts[id] ?? {}, actor: { kind: 'system' } });
  }
  expect(rules(await list()).sort()).toEqual(single.map(({ id }) => id).sort());
  expect(await list()).toHaveLength(single.length);
});

test('four failed sign-ins of one operator raise nothing, the fifth does; nothing is raised by an alert', async () => {
  await failSignIn(4);
  await failSignIn(4, stand.ids.uuid());
  expect(await list()).toEqual([]);
  await failSignIn(1);
  const [alert, ...others] = await list();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({
    rule: 'sign-in-failures',
    severity: 'warning',
    tenantId: null,
    actor: { name: 'Ada Lovelace' },
    entries: [0, 1, 2, 3, 8].map((index) => ({ index })),
    threshold: { count: 5, windowMs: 15 * minute, per: 'resource' },
    more: 0,
  });
  expect(await list()).toHaveLength(1);
  expect(await raised()).toEqual(['sign-in-failures']);
});

test('what lies further apart than the window is not counted together', async () => {
  await failSignIn(4);
  stand.clock.advance(15 * minute);
  await failSignIn(1);
  expect(await list()).toEqual([]);
  await failSignIn(4);
  expect(rules(await list())).toEqual(['sign-in-failures']);
});

test('refusals of one person, and failures of anybody', async () => {
  const refused = { outcome: 'failure', facts: { error: 'FORBIDDEN' } } as const;
  for (let time = 0; time < 9; time += 1) await act('tenant.update', refused);
  await act('tenant.update', { outcome: 'failure', facts: { error: 'LOCKED' } });
  expect(await list()).toEqual([]);
  await act('tenant.create', refused);
  expect(rules(await list())).toEqual(['refusals']);
  for (let time = 0; time < 38; time += 1) await act('data.put', { outcome: 'failure' });
  expect(await list()).toHaveLength(1);
  await act('data.put', { outcome: 'failure' });
  expect(rules(await list())).toContain('failures-overall');
});

test('entries of two logs are not counted together', async () => {
  const [one, other] = [stand.ids.uuid(), stand.ids.uuid()];
  for (const tenantId of [one, other, one, other, one, other, one]) await act('data.export', { tenantId });
  expect(await list()).toEqual([]);
  await act('data.export', { tenantId: one });
  expect(await list()).toMatchObject([{ rule: 'mass-export', tenantId: one }]);
});

test('a start in between loses nothing and raises nothing twice', async () => {
  await failSignIn(3);
  expect(await list()).toEqual([]);
  await stand.restart();
  await failSignIn(2);
  await act('operator.disable');
  const before = await list();
  expect(rules(before).sort()).toEqual(['operator-disabled', 'sign-in-failures']);
  await stand.restart();
  expect(await list()).toEqual(before);
  // half of what was kept with the alert before
  await failSignIn(4);
  await act('operator.disable');
  await list();
  await stand.restart();
  await failSignIn(1);
  expect(rules(await list()).sort()).toEqual([
    'operator-disabled',
    'operator-disabled',
    'sign-in-failures',
    'sign-in-failures',
  ]);
});

test('what was logged before there were alerts raises none', async () => {
  await act('operator.disable');
  await stand.control.store.write((transaction) =>
    transaction.sql('INSERT INTO alerts_not_before VALUES (0)').run(),
  );
  expect(await list()).toEqual([]);
  await act('operator.disable');
  expect(await list()).toHaveLength(1);
});

test('beyond five a day the newest counts the rest, and the next day begins anew', async () => {
  for (let time = 0; time < 8; time += 1) await act('operator.disable');
  expect((await list()).map(({ more }) => more)).toEqual([3, 0, 0, 0, 0]);
  expect(await raised()).toHaveLength(5);
  const state = stand.audit.alerts.rules().rules.find(({ id }) => id === 'operator-disabled');
  expect(state?.raised).toBe(8);
  stand.clock.advance(day);
  await act('operator.disable');
  expect(await list()).toHaveLength(6);
});

test('a muted rule counts and raises nothing, until it is unmuted or its time is over', async () => {
  const { alerts } = stand.audit;
  const tenantId = stand.ids.uuid();
  const until = new Date(stand.clock.now() + day).toISOString();
  const rule = 'hold-lifted';
  const muting = { rule, tenant: tenantId, reason: 'holds end today' } as const;
  const mute = (untilTime: string) =>
    alerts.mute({ ...muting, until: untilTime }, stand.run('alert.mute', { reason: muting.reason }));
  await expect(mute(new Date(stand.clock.now()).toISOString())).rejects.toMatchObject({ code: 'VALIDATION' });
  await mute(until);
  await act('backup.hold.lift', { tenantId });
  await act('backup.hold.lift');
  expect(await list()).toMatchObject([
    { rule: 'hold-lifted', tenantId: null },
    { rule: 'rule-muted', tenantId },
  ]);
  const mutes = () => alerts.rules().rules.find(({ id }) => id === rule)?.mutes;
  expect(mutes()).toMatchObject([
    { tenantId, reason: muting.reason, mutedBy: 'Ada Lovelace', until, met: 1 },
  ]);
  await alerts.unmute(muting, stand.run('alert.unmute'));
  await expect(alerts.unmute(muting, stand.run('alert.unmute'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(mutes()).toEqual([]);
  await act('backup.hold.lift', { tenantId });
  expect(await list()).toHaveLength(3);
  await mute(until);
  stand.clock.advance(day);
  await act('backup.hold.lift', { tenantId });
  expect(rules(await list()).filter((each) => each === rule)).toHaveLength(3);
});

const edit = (file: string, sql: string) => execFileSync('sqlite3', [file, sql]);

test('an alert is computed again from the log, and says what was changed since', async () => {
  await failSignIn(5);
  const [alert] = await list();
  const explain = async () =>
    await stand.audit.alerts.explain({ alertId: alert?.id as Uuid }, stand.run('audit.read'));
  expect(await explain()).toMatchObject({ holds: true, counted: 5, needed: 5, problems: [] });
  expect((await explain()).entries.map(({ index, action }) => [index, action])).toEqual(
    [0, 1, 2, 3, 4].map((index) => [index, 'auth.sign-in']),
  );
  await stand.restart((file) =>
    edit(
      file,
      `UPDATE entries SET record = CAST(replace(CAST(record AS TEXT), '"out":"failure"', '"out":"success"') AS BLOB)
       WHERE position % 68719476736 = 2 AND CAST(record AS TEXT) LIKE '%auth.sign-in%'`,
    ),
  );
  expect(await explain()).toMatchObject({
    holds: false,
    counted: 4,
    problems: [
      { index: 2, reason: 'changed' },
      { index: null, reason: 'below-threshold' },
    ],
  });
  expect(await list()).toMatchObject([{ id: alert?.id }]);
  stand.control.edit(`UPDATE alerts SET entries = replace(entries, '[4,', '[3,')`);
  expect((await explain()).problems).toContainEqual({ index: 3, reason: 'changed' });
  await stand.restart((file) => edit(file, 'DELETE FROM entries WHERE position % 68719476736 = 1'));
  expect((await explain()).problems).toContainEqual({ index: 1, reason: 'missing' });
});

test('an alert that the log does not tell of is not to be trusted', async () => {
  await act('operator.disable');
  const [alert] = await list();
  const explain = () => stand.audit.alerts.explain({ alertId: alert?.id as Uuid }, stand.run('audit.read'));
  stand.control.edit(`UPDATE alerts SET entries = '[]'`);
  expect((await explain()).problems.map(({ reason }) => reason)).toEqual([
    'alert-changed',
    'below-threshold',
  ]);
  stand.control.edit(`UPDATE alerts SET rule = 'hold-lifted'`);
  expect((await explain()).problems.map(({ reason }) => reason)).toEqual([
    'alert-changed',
    'below-threshold',
  ]);
  stand.control.edit(`UPDATE alerts SET event_id = 'none'`);
  expect((await explain()).problems.map(({ reason }) => reason)).toContain('not-logged');
});

test('a damaged entry is told, and does not silence the rules for what comes after', async () => {
  await act('tenant.update');
  await act('operator.disable');
  await stand.restart((file) =>
    edit(file, `UPDATE entries SET record = CAST('no record' AS BLOB) WHERE position % 68719476736 = 0`),
  );
  expect(rules(await list())).toEqual(['operator-disabled']);
  expect(stand.control.errors).toMatchObject([{ code: 'INTEGRITY' }]);
});

test('a log that was silent while the program ran is found by two entries, over a start as well', () => {
  const record = (i: number, minutes: number, act = 'log.heartbeat', boot = 'one'): AuditRecord => ({
    v: 1,
    log: 'installation',
    i,
    id: `event ${i}`,
    t: minutes * minute,
    boot,
    mono: minutes * minute * 1000,
    act,
    sev: 'info',
    out: 'success',
    ph: 'outcome',
    who: { k: 'system' },
    app: '0.0.0',
    pol: '',
  });
  const watch = new LogWatch(0, undefined);
  expect(watch.read(record(0, 0))).toEqual([]);
  expect(watch.read(record(1, 22))).toEqual([]);
  const next = new LogWatch(watch.index, watch.state(0));
  expect(next.read(record(2, 45))).toMatchObject([{ rule: { id: 'log-silent' }, entries: [1, 2] }]);
  expect(next.read(record(3, 46, 'log.suspend'))).toEqual([]);
  expect(next.read(record(4, 90, 'log.resume'))).toEqual([]);
  expect(next.read(record(5, 150, 'log.heartbeat', 'two'))).toEqual([]);
});

test('whoever listens is told of an alert once it is kept, and not of what is muted, counted or told already', async () => {
  const told: [string, boolean][] = [];
  const database = stand.control.store.sql<{ file: string }>('SELECT file FROM pragma_database_list').get();
  const seenByOthers = (sql: string) =>
    execFileSync('sqlite3', [database?.file ?? '', sql], { encoding: 'utf8' }).trim();
  stand.audit.alerts.onRaised(({ id, rule }) => {
    told.push([rule, seenByOthers(`SELECT count(*) FROM alerts WHERE id = '${id}'`) === '1']);
  });
  for (let time = 0; time < 7; time += 1) await act('operator.disable');
  await list();
  await list();
  expect(told).toEqual(Array<unknown>(5).fill(['operator-disabled', true]));
  const until = new Date(stand.clock.now() + day).toISOString();
  await stand.audit.alerts.mute(
    { rule: 'hold-lifted', reason: 'holds end today', until },
    stand.run('alert.mute', { reason: 'holds end today' }),
  );
  await act('backup.hold.lift');
  await list();
  expect(told.slice(5)).toEqual([['rule-muted', true]]);
  stand.control.edit("CREATE TRIGGER no_more BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'no'); END");
  await act('tenant.erase');
  await list();
  expect(told).toHaveLength(6);
  stand.control.edit('DROP TRIGGER no_more');
  await list();
  expect(told.slice(6)).toEqual([['tenant-erased', true]]);
});

test('while the program stays, an alert comes by itself, with its notice', async () => {
  stand.audit.alerts.watching.start();
  await act('operator.disable');
  const notices = () => stand.control.store.sql('SELECT kind, alert_rule, severity FROM notices').all();
  const disabled = { kind: 'alert', alert_rule: 'operator-disabled', severity: 'warning' };
  await expect.poll(notices, { timeout: 10_000 }).toEqual([disabled]);
  await act('backup.hold.lift');
  await expect
    .poll(notices, { timeout: 10_000 })
    .toEqual([disabled, expect.objectContaining({ alert_rule: 'hold-lifted' })]);
  await stand.audit.alerts.watching.stop();
});
