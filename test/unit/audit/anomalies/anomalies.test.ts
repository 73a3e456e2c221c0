import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../../../shared/contract/audit/alerts.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { seeded } from './plausible-tenant.ts';

const hour = 3_600_000;
const day = 24 * hour;
let stand: AuditStand;
let tenantId: Uuid;
beforeEach(async () => {
  stand = await auditStand();
  tenantId = stand.ids.uuid();
});
afterEach(() => stand.close());

const list = async () => (await stand.audit.alerts.list({ limit: 100 })).items;
const unusual = async () => (await list()).filter(({ rule }) => rule === 'unusual-actor');
const baseline = async () => (await stand.audit.alerts.baselines({ tenant: tenantId })).items[0];

async function act(action: string, facts: Record<string, string> = { host: 'desk' }): Promise<void> {
  stand.clock.advance(20_000);
  const run = stand.run(action);
  run.describe({ tenantId, resource: { kind: 'document', id: 'one' }, facts });
  await run.succeeded();
}

/** Office hours of so many days, one after the other. */
async function work(days: number, perDay = 14): Promise<void> {
  const random = seeded(5);
  for (let at = 0; at < days; at += 1) {
    stand.clock.advance(day - (stand.clock.now() % day) + 9 * hour);
    for (let times = 0; times < perDay; times += 1) {
      stand.clock.advance(Math.round(random() * 30 * 60_000));
      await act(random() < 0.7 ? 'data.get' : 'data.put');
    }
  }
}

async function breakIn(): Promise<void> {
  stand.clock.advance(day - (stand.clock.now() % day) + 2 * hour);
  for (let times = 0; times < 6; times += 1) await act('data.export', { host: 'elsewhere' });
}

test('nothing is raised while it is learning, and it says what is missing', async () => {
  await work(2);
  await breakIn();
  expect(await unusual()).toEqual([]);
  expect(await baseline()).toEqual({
    tenantId,
    logId: expect.stringContaining(tenantId),
    state: 'learning',
    reasons: ['days', 'entries'],
    days: 2,
    entries: 28,
    daysLeft: 12,
    entriesLeft: 172,
  });
});

test('a break-in is raised with what contributes, reckoned again from the log alone, and not after the log was changed', async () => {
  await work(16);
  expect(await unusual()).toEqual([]);
  await breakIn();
  expect(await baseline()).toMatchObject({ state: 'watching', daysLeft: 0 });
  const [alert, ...others] = await unusual();
  expect(others).toEqual([]);
  const { anomaly, actor, entries } = alert as Alert;
  expect(actor).toMatchObject({ name: 'Ada Lovelace' });
  const kinds = anomaly?.contributions.map(({ kind, what }) => `${kind} ${what}`);
  expect(kinds).toEqual(
    expect.arrayContaining([
      'first-action data.export',
      'first-source elsewhere',
      expect.stringMatching(/^first-hours (weekday|weekend) 00-03$/),
    ]),
  );
  expect(anomaly).toMatchObject({ needed: 8.5, days: 16, entries: 16 * 14, firstEntry: 0 });
  expect(entries.at(-1)?.index).toBe(anomaly?.lastEntry);
  const explain = async () =>
    await stand.audit.alerts.explain({ alertId: alert?.id as Uuid }, stand.run('audit.read'));
  expect(await explain()).toMatchObject({ holds: true, problems: [], score: anomaly?.score });
  // the same after a start, from what is stored
  await stand.restart();
  expect(await unusual()).toEqual([alert]);

  const reasons = async () => (await explain()).problems.map(({ reason }) => reason);
  const before = stand.control.store
    .sql<{ anomaly: string }>('SELECT anomaly FROM alerts WHERE anomaly IS NOT NULL')
    .get()?.anomaly;
  stand.control.edit(`UPDATE alerts SET anomaly = replace(anomaly, '"elsewhere"', '"desk"')`);
  expect(await reasons()).toEqual(['alert-changed', 'baseline-differs']);
  stand.control.edit(`UPDATE alerts SET anomaly = '${before}' WHERE anomaly IS NOT NULL`);
  expect(await reasons()).toEqual([]);
  // somebody makes the host look known: an entry that the alert does not name
  await stand.restart((file) =>
    edit(
      file,
      `UPDATE entries SET record = CAST(replace(CAST(record AS TEXT), '"desk"', '"elsewhere"') AS BLOB)
      WHERE position = (SELECT min(position) FROM entries WHERE CAST(record AS TEXT) LIKE '%"desk"%')`,
    ),
  );
  expect(await reasons()).toEqual(['baseline-differs', 'below-threshold']);
  await stand.restart((file) =>
    edit(
      file,
      `DELETE FROM entries WHERE position = (SELECT min(position) FROM entries WHERE CAST(record AS TEXT) LIKE '%"desk"%')`,
    ),
  );
  expect(await reasons()).toEqual(['baseline-missing']);
});

test('a start at any moment changes nothing of what is found', async () => {
  await work(15);
  await stand.restart();
  await list();
  await work(1, 5);
  await stand.restart();
  await breakIn();
  const [alert] = await unusual();
  expect(alert?.anomaly).toMatchObject({ days: 16, entries: 15 * 14 + 5 });
  expect(
    await stand.audit.alerts.explain({ alertId: alert?.id as Uuid }, stand.run('audit.read')),
  ).toMatchObject({ holds: true });
});

test('what grows stranger on the same day takes the place of what was told first', async () => {
  await work(16);
  const told: string[] = [];
  stand.audit.alerts.onRaised(({ id, rule }) => rule === 'unusual-actor' && told.push(id));
  await breakIn();
  const [first] = await unusual();
  for (let times = 0; times < 40; times += 1) await act('data.export', { host: 'elsewhere' });
  const [grown, ...others] = await unusual();
  expect(others).toEqual([]);
  expect(grown?.id).not.toBe(first?.id);
  expect(grown?.anomaly?.score).toBeGreaterThan((first?.anomaly?.score ?? Number.NaN) + 4);
  expect(grown).toMatchObject({ more: 0 });
  const volume = grown?.anomaly?.contributions.find(({ kind }) => kind === 'volume');
  expect(volume).toMatchObject({ earlier: [0, 0] });
  expect(grown?.entries.length).toBeGreaterThan(5);
  // people are told of it once
  expect(told).toEqual([first?.id]);
});

test('of more than five a day the strongest are kept and the others counted', async () => {
  await work(16);
  const person = stand.operator;
  stand.clock.advance(day - (stand.clock.now() % day) + 2 * hour);
  // one after the other a stranger to this tenant, each busier than the one before
  for (let each = 0; each < 7; each += 1) {
    for (let times = 0; times < 3 + each * 3; times += 1) {
      stand.clock.advance(1000);
      const run = stand.run('data.get');
      run.describe({
        tenantId,
        resource: { kind: 'document', id: 'one' },
        facts: {},
        actor: { ...person, id: `00000000-0000-7000-8000-00000000000${each}` as Uuid, name: 'x' },
      });
      await run.succeeded();
    }
  }
  const found = await unusual();
  expect(found).toHaveLength(5);
  const strongest = stand.control.store
    .sql<{ score: number }>(
      "SELECT max(score) AS score FROM alerts WHERE rule = 'unusual-actor' GROUP BY subject ORDER BY 1 DESC",
    )
    .all();
  expect(strongest).toHaveLength(7);
  const kept = found.map(({ anomaly }) => Math.round((anomaly?.score ?? 0) * 100)).sort((a, b) => b - a);
  expect(kept).toEqual(strongest.slice(0, 5).map(({ score }) => score));
  expect(found.reduce((sum, { more }) => sum + more, 0)).toBeGreaterThanOrEqual(2);
  // one that gave way is still there for whoever has its address
  const superseded = stand.control.store
    .sql<{ id: Uuid }>('SELECT id FROM alerts WHERE superseded_by IS NOT NULL')
    .get();
  expect(stand.audit.alerts.get({ alertId: superseded?.id as Uuid }, stand.run('audit.read'))).toMatchObject({
    rule: 'unusual-actor',
  });
});

const edit = (file: string, sql: string) => execFileSync('sqlite3', [file, sql]);
