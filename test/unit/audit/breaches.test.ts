import { renameSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BreachClock } from '../../../main/audit/breaches/breach-clock.ts';
import { breachContent } from '../../../main/audit/breaches/breach-content.ts';
import { breachesByState, countBreaches } from '../../../main/audit/breaches/population.ts';
import { breachNoticeMs } from '../../../shared/breaches.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Breach } from '../../../shared/contract/audit/breaches.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const hour = 3_600_000;
let stand: AuditStand;

beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

const breaches = () => stand.audit.breaches;
const ago = (hours: number) => toRfc3339(stand.clock.now() - hours * hour);
const tick = () => breaches().time.tick();

async function record(more: Partial<Parameters<AuditStand['audit']['breaches']['record']>[0]> = {}) {
  return await breaches().record(
    { title: 'Lost laptop', awareAt: ago(0), description: 'Left on a train.', ...more },
    stand.run('breach.record'),
  );
}

async function update(
  { id: breachId }: Breach,
  change: Omit<Parameters<AuditStand['audit']['breaches']['update']>[0], 'breachId'>,
) {
  return await breaches().update({ breachId, ...change }, stand.run('breach.update'));
}

const looked = ({ id: breachId }: Breach) =>
  breaches().get({ breachId }, stand.run('audit.read', { read: true }));

const decide = async (
  { id: breachId }: Breach,
  about: 'authority' | 'people',
  ground?: 'unreadable-data',
): Promise<Breach> =>
  await breaches().decide(
    { breachId, about, ground, reason: 'the disk was sealed' },
    stand.run('breach.decide'),
  );

const notify = async ({ id: breachId }: Breach, more: { at?: string; lateReason?: string } = {}) =>
  await breaches().notifyAuthority(
    { breachId, at: ago(0), authority: 'The commissioner', ...more },
    stand.run('breach.notify-authority'),
  );

const refusal = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error: { code: string; data: { reason?: string; issues?: [{ path: string; reason: string }] } }) =>
      `${error.code} ${error.data.reason ?? `${error.data.issues?.[0].path} ${error.data.issues?.[0].reason}`}`,
  );

/** Severities of open notices about breaches. */
async function notices() {
  const { items } = await stand.notices.listNotices({ limit: 100, state: 'open' });
  return items.map(({ kind, severity, breachId, dueAt }) => ({ kind, severity, breachId, dueAt }));
}
const severities = async () => (await notices()).map(({ severity }) => severity);
const acknowledge = async () => {
  const { items } = await stand.notices.listNotices({ limit: 100, state: 'open' });
  await stand.notices.acknowledgeNotices(
    { noticeIds: items.map(({ id }) => id) },
    stand.run('alert.acknowledge'),
  );
};

test('a record goes from open over the decision to its end, and each step is an entry with what it changed', async () => {
  const breach = await record({ nature: ['availability'] });
  expect(breach).toMatchObject({
    state: 'open',
    revision: 1,
    dueAt: ago(-72),
    missing: expect.arrayContaining(['risk']),
  });
  stand.clock.advance(hour);
  const judged = await update(breach, { risk: 'unlikely', measures: 'It was found.', consequences: 'None.' });
  expect(judged).toMatchObject({ missing: ['authority'], title: 'Lost laptop', revision: 2 });
  expect(await decide(breach, 'authority')).toMatchObject({ state: 'not-notifiable', missing: [] });
  const run = stand.run('breach.close', { reason: 'nothing is left to do' });
  const end = await breaches().close({ breachId: breach.id, reason: 'nothing is left to do' }, run);
  expect(end).toMatchObject({ state: 'closed', revision: 4, closed: { at: ago(0) } });
  const { history, isBehind } = await looked(breach);
  expect(isBehind).toBe(false);
  expect(history?.map(({ action, changed, actor }) => [action, changed.join(' '), actor?.name])).toEqual([
    ['breach.record', expect.stringContaining('awareAt description'), 'Ada Lovelace'],
    ['breach.update', 'consequences measures risk', 'Ada Lovelace'],
    ['breach.decide', 'notNotified', 'Ada Lovelace'],
    ['breach.close', 'closed', 'Ada Lovelace'],
  ]);
  const eventId = history?.[1]?.eventId as Uuid;
  expect(
    await stand.audit.explorer.getAuditStates({ eventId }, stand.run('audit.read', { read: true })),
  ).toEqual({
    before: { consequences: null, measures: null, risk: null },
    after: { consequences: 'None.', measures: 'It was found.', risk: 'unlikely' },
  });
  expect(history?.at(-1)?.reason).toBe('nothing is left to do');
});

test('what a record says is nowhere in clear: not in control.db, not in the log', async () => {
  const breach = await record({ description: 'Zebulon lost the laptop' });
  await stand.audit.settle();
  const row = stand.control.store.sql('SELECT * FROM breaches').get();
  const [entry] = stand.store.sql<{ record: Uint8Array }>('SELECT record FROM entries').all();
  expect(JSON.stringify(row)).not.toContain('Zebulon');
  expect(Buffer.from((row as { sealed: Uint8Array }).sealed).toString('latin1')).not.toContain('Zebulon');
  expect(Buffer.from(entry?.record ?? []).toString('utf8')).toMatch(/breach\.record/);
  expect(Buffer.from(entry?.record ?? []).toString('utf8')).not.toMatch(/Zebulon|laptop/);
  expect((await looked(breach)).breach.description).toBe('Zebulon lost the laptop');
});

test('each tenant concerned has an entry in its own log, without what it says', async () => {
  const [one, other] = [stand.ids.uuid(), stand.ids.uuid()];
  const breach = await record({ tenants: [one, one] });
  await update(breach, { tenants: [other] });
  const logged = async (tenant: Uuid) =>
    (await stand.audit.recordsOf('breach.update', tenant)).map(({ x, dif }) => [x?.state, dif]);
  expect(await logged(one)).toEqual([['open', undefined]]);
  expect(await logged(other)).toEqual([['open', undefined]]);
  expect(breaches().list({ limit: 10, tenant: one }).items).toEqual([]);
  expect(breaches().list({ limit: 10, tenant: other }).items).toHaveLength(1);
});

test('the authority may be left untold of an unlikely risk only, and a risk that turns out greater takes that back', async () => {
  const breach = await record();
  expect(await refusal(decide(breach, 'authority'))).toBe('CONFLICT breach-risk');
  await update(breach, { risk: 'unlikely' });
  await decide(breach, 'authority');
  expect(await update(breach, { risk: 'high' })).toMatchObject({
    state: 'open',
    notNotified: null,
    missing: expect.arrayContaining(['authority', 'people']),
  });
  expect(await refusal(decide(breach, 'people'))).toBe('VALIDATION ground required');
  expect(await decide(breach, 'people', 'unreadable-data')).toMatchObject({ state: 'open' });
  expect(await notify(breach)).toMatchObject({ state: 'notified' });
  expect(await refusal(decide(breach, 'authority'))).toBe('CONFLICT breach-notified');
  expect(await update(breach, { risk: 'risk' })).toMatchObject({ state: 'notified', notTold: null });
});

test('a processor tells the controllers, and no authority; whoever is both tells both', async () => {
  const inRole = (each: Breach, role: Breach['role']) =>
    update(each, { role, reason: 'as the contract says' });
  const tell = (each: Breach) =>
    breaches().notifyController(
      { breachId: each.id, at: ago(0), name: 'North Ltd', how: 'By mail.' },
      stand.run('breach.notify-controller'),
    );
  const breach = await record({ awareAt: ago(80), risk: 'high' });
  expect(breach).toMatchObject({ role: 'controller', controllers: [] });
  expect(await refusal(tell(breach))).toBe('CONFLICT breach-role');
  expect(await refusal(update(breach, { role: 'processor' }))).toBe('VALIDATION reason required');
  expect(await inRole(breach, 'processor')).toMatchObject({
    state: 'open',
    missing: ['nature', 'consequences', 'measures', 'contact', 'controllers'],
  });
  expect(await refusal(decide(breach, 'people', 'unreadable-data'))).toBe('CONFLICT breach-role');
  expect(await severities()).toEqual(['critical']);
  expect(await tell(breach)).toMatchObject({
    state: 'notified',
    controllers: [{ at: ago(0), name: 'North Ltd', how: 'By mail.' }],
    missing: ['nature', 'consequences', 'measures', 'contact'],
  });
  expect(await severities()).toEqual([]);
  expect(await inRole(breach, 'both')).toMatchObject({
    state: 'open',
    missing: expect.arrayContaining(['authority', 'people']),
  });
  expect(await severities()).toEqual(['critical']);
  expect(await refusal(notify(breach))).toBe('VALIDATION lateReason required');
  expect(await notify(breach, { lateReason: 'nobody was here' })).toMatchObject({ state: 'notified' });
  const { history } = await looked(breach);
  const changes = history?.flatMap(({ action, changed }) =>
    action === 'breach.overdue' ? [] : [changed.join(' ')],
  );
  expect(changes).toEqual([
    expect.stringContaining('role'),
    'role',
    'controllers',
    'role',
    'notifications lateReason',
  ]);
});

test('a processor’s notice to an authority is not late: the 72 hours are the controller’s', async () => {
  const breach = await record({ awareAt: ago(80), role: 'processor' });
  expect(await notify(breach)).toMatchObject({ lateReason: null, notifications: [{ at: ago(0) }] });
});

test('a record of before the role was asked for is that of a controller', async () => {
  const { id, ...breach } = await record();
  const { role: _, controllers: __, ...older } = breach;
  expect(breachContent.parse({ ...older, entries: [], recordedBy: null })).toMatchObject({
    role: 'controller',
    controllers: [],
  });
});

test('a late notice needs a reason, a further phase none; a closed record has to be reopened', async () => {
  const breach = await record({ awareAt: ago(73), risk: 'risk' });
  expect(await refusal(notify(breach))).toBe('VALIDATION lateReason required');
  const told = await notify(breach, { lateReason: 'nobody was here' });
  expect(told).toMatchObject({ lateReason: 'nobody was here', notifications: [{ reference: null }] });
  expect((await notify(breach)).notifications).toHaveLength(2);
  const close = () => breaches().close({ breachId: breach.id, reason: 'done' }, stand.run('breach.close'));
  expect(await refusal(close())).toBe('CONFLICT breach-incomplete');
  await update(breach, {
    nature: ['integrity'],
    consequences: 'c',
    measures: 'm',
    contact: 'dpo@example.org',
  });
  await close();
  expect(await refusal(update(breach, { title: 'Other' }))).toBe('CONFLICT breach-closed');
  const again = await breaches().reopen({ breachId: breach.id, reason: 'news' }, stand.run('breach.reopen'));
  expect(again).toMatchObject({ state: 'notified', closed: null });
});

test('times that cannot be, and a change of what somebody changed meanwhile, are refused', async () => {
  expect(await refusal(record({ awareAt: ago(-1) }))).toBe('VALIDATION awareAt in-future');
  expect(await refusal(record({ beganAt: ago(-1) }))).toBe('VALIDATION beganAt after-awareness');
  const breach = await record({ awareAt: ago(5) });
  expect(await refusal(notify(breach, { at: ago(6) }))).toBe('VALIDATION at before-awareness');
  expect(await refusal(notify(breach, { at: ago(-1) }))).toBe('VALIDATION at in-future');
  expect(await refusal(update(breach, { awareAt: ago(1) }))).toBe('VALIDATION reason required');
  await update(breach, { awareAt: ago(1), reason: 'the mail came later', revision: 1 });
  expect(await refusal(update(breach, { title: 'Other', revision: 1 }))).toBe('CONFLICT breach-changed');
});

test('a row that was changed behind Holdfast does not open', async () => {
  const breach = await record({ awareAt: ago(1) });
  await stand.control.store.write((transaction) => {
    transaction.sql('UPDATE breaches SET aware_at = aware_at + 86400000').run();
  });
  expect(await refusal(looked(breach))).toMatch(/^INTEGRITY/);
});

test('the log knows a later revision than a record that came back', async () => {
  const breach = await record();
  const row = stand.control.store.sql('SELECT * FROM breaches').get() as Record<string, string>;
  await update(breach, { risk: 'risk' });
  await stand.control.store.write((transaction) => {
    transaction.sql('UPDATE breaches SET revision = $revision, sealed = $sealed WHERE id = $id').run({
      revision: row.revision ?? '',
      sealed: row.sealed ?? '',
      id: row.id ?? '',
    });
  });
  expect(await looked(breach)).toMatchObject({
    breach: { revision: 1, risk: null },
    isBehind: true,
  });
});

test('a look at a record is told by the log once it takes entries again', async () => {
  const breach = await record();
  const { file } = stand.store;
  await stand.restart(() => renameSync(file, `${file}.away`));
  const operation = stand.run('audit.read', { read: true });
  expect((await breaches().get({ breachId: breach.id }, operation)).history).toBeNull();
  await operation.succeeded();
  await stand.restart(() => renameSync(`${file}.away`, file));
  await stand.audit.settle();
  expect(await stand.audit.recordsOf('audit.read', null)).toMatchObject([
    { res: { k: 'breach', id: breach.id } },
  ]);
});

test('entries that a record rests on are told as they are, and missed once they were changed', async () => {
  await stand.run('data.export').succeeded();
  const breach = await record({ entries: [{ index: 0 }] });
  const look = async () => (await looked(breach)).restsOn;
  expect(await look()).toMatchObject([{ index: 0, state: 'as-it-was', entry: { action: 'data.export' } }]);
  expect(await refusal(update(breach, { entries: [{ index: 99 }] }))).toMatch(/^NOT_FOUND/);
  await stand.store.write((transaction) => {
    transaction
      .sql(
        "UPDATE entries SET record = CAST(replace(CAST(record AS TEXT), 'data.export', 'data.import') AS BLOB)",
      )
      .run();
  });
  expect(await look()).toMatchObject([{ state: 'changed', entry: null }]);
});

test('open ones come first, the most urgent at the top, page by page', async () => {
  const done = await record({ title: 'old', risk: 'unlikely' });
  for (const title of ['a', 'b', 'c']) {
    stand.clock.advance(1000);
    await record({ title });
  }
  stand.clock.advance(1000);
  const newest = await record({ title: 'newest', risk: 'unlikely' });
  await decide(done, 'authority');
  await decide(newest, 'authority');
  const titles: string[] = [];
  let cursor: string | undefined;
  do {
    const page = breaches().list({ limit: 2, cursor });
    titles.push(...page.items.map(({ title }) => title));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(titles).toEqual(['a', 'b', 'c', 'newest', 'old']);
});

test('people are told a day before, six hours before and past due: one notice, which goes when the authority was told', async () => {
  const breach = await record();
  const at = async (hours: number) => {
    stand.clock.advance(hours * hour);
    await tick();
    return await severities();
  };
  expect(await at(47)).toEqual([]);
  expect(await at(1)).toEqual(['warning']);
  expect(await notices()).toEqual([
    { kind: 'breach-due', severity: 'warning', breachId: breach.id, dueAt: breach.dueAt },
  ]);
  expect(await at(17)).toEqual(['warning']);
  expect(await at(1)).toEqual(['critical']);
  await acknowledge();
  expect(await at(1)).toEqual([]);
  expect(await at(5)).toEqual(['critical']);
  await acknowledge();
  await stand.restart();
  expect(await at(100)).toEqual([]);
  const other = await record({ awareAt: ago(100) });
  expect(await severities()).toEqual(['critical']);
  await notify(other, { lateReason: 'nobody was here' });
  expect(await severities()).toEqual([]);
});

/** What tells of the time over the same control.db, with clocks that are turned by hand; `restart`: as another process. */
function ownTime() {
  const clock = { wall: stand.clock.now(), counted: 0 };
  const overdue: number[] = [];
  const make = () =>
    new BreachClock({
      control: stand.control.store,
      clock: { now: () => clock.wall, monotonicMicros: () => clock.counted * 1000 },
      running: (transaction, breach) => stand.notices.breachRunning(transaction, breach),
      overdue: (_transaction, { dueAt }) => void overdue.push(dueAt),
      report: (error) => void stand.control.errors.push(error),
    });
  let time = make();
  return {
    overdue,
    restart: () => {
      time = make();
      clock.counted = 0;
    },
    turn: (hours: number) => {
      clock.wall += hours * hour;
    },
    pass: async (hours: number) => {
      clock.wall += hours * hour;
      clock.counted += hours * hour;
      await time.tick();
      return await severities();
    },
  };
}

test('a clock that is set back gives no more time, neither while Holdfast runs nor over a restart', async () => {
  await record();
  const time = ownTime();
  expect(await time.pass(0)).toEqual([]);
  expect(await time.pass(40)).toEqual([]);
  time.turn(-30);
  expect(await time.pass(7)).toEqual([]);
  expect(await time.pass(1)).toEqual(['warning']);
  await acknowledge();
  time.restart();
  expect(await time.pass(0)).toEqual([]);
  expect(await time.pass(17)).toEqual([]);
  expect(await time.pass(1)).toEqual(['critical']);
});

test('a clock that was set forward and back tells again when the time has really come', async () => {
  const { dueAt } = await record();
  const time = ownTime();
  time.turn(100);
  expect(await time.pass(0)).toEqual(['critical']);
  expect(time.overdue).toHaveLength(1);
  time.turn(-100);
  await time.pass(0);
  await acknowledge();
  expect(await time.pass(47)).toEqual([]);
  expect(await time.pass(1)).toEqual(['warning']);
  await time.pass(23);
  expect(time.overdue).toHaveLength(1);
  await time.pass(1);
  await time.pass(1);
  expect(time.overdue).toEqual([Date.parse(dueAt), Date.parse(dueAt)]);
});

test('alerts tell of a breach once: that it was recorded, when its time is over, and that it is not told of', async () => {
  const alerts = async () =>
    (await stand.audit.alerts.list({ limit: 100 })).items.map(({ rule, severity, tenantId }) =>
      [rule, severity, tenantId ?? 'installation'].join(' '),
    );
  const tenants = [stand.ids.uuid(), stand.ids.uuid()];
  const breach = await record({ tenants });
  expect(await alerts()).toEqual(['breach-recorded warning installation']);
  stand.clock.advance(71 * hour);
  await tick();
  expect(await alerts()).toHaveLength(1);
  stand.clock.advance(hour);
  for (const _again of [1, 2]) await tick();
  expect(await alerts()).toEqual([
    'breach-overdue critical installation',
    'breach-recorded warning installation',
  ]);
  expect(
    (await stand.audit.recordsOf('breach.overdue', null)).map(({ who, res, x }) => [who, res, x]),
  ).toEqual([[{ k: 'system' }, { k: 'breach', id: breach.id }, { due: breach.dueAt }]]);
  expect((await looked(breach)).history?.at(-1)).toMatchObject({
    action: 'breach.overdue',
    actor: null,
  });
  stand.clock.advance(1000);
  await update(breach, { risk: 'unlikely' });
  await decide(breach, 'authority');
  expect((await alerts())[0]).toBe('breach-not-told critical installation');
  stand.clock.advance(1000);
  await update(breach, { risk: 'high' });
  await decide(breach, 'people', 'unreadable-data');
  expect((await alerts()).filter((each) => each.startsWith('breach-not-told'))).toHaveLength(2);
});

test('a record that gives more time raises an alert, one that gives less raises none', async () => {
  const breach = await record({ awareAt: ago(10) });
  const rules = async () => (await stand.audit.alerts.list({ limit: 100 })).items.map(({ rule }) => rule);
  stand.clock.advance(1000);
  await update(breach, { awareAt: ago(20), reason: 'the mail came earlier' });
  await update(breach, { measures: 'It was found.' });
  expect(await rules()).toEqual(['breach-recorded']);
  stand.clock.advance(1000);
  await update(breach, { awareAt: ago(5), reason: 'it was read later', tenants: [stand.ids.uuid()] });
  expect(await rules()).toEqual(['breach-due-moved', 'breach-recorded']);
});

test('what cannot be written is told once it can', async () => {
  await record();
  const time = ownTime();
  await time.pass(0);
  await stand.control.store.write((transaction) => {
    transaction.sql('ALTER TABLE notices RENAME TO notices_away').run();
  });
  await expect(time.pass(50)).rejects.toThrow();
  expect(stand.control.errors).toHaveLength(1);
  await stand.control.store.write((transaction) => {
    transaction.sql('ALTER TABLE notices_away RENAME TO notices').run();
  });
  expect(await time.pass(0)).toEqual(['warning']);
});

test('another time of awareness moves the end of the 72 hours, and takes back what was told too early', async () => {
  const breach = await record({ awareAt: ago(60) });
  expect(await severities()).toEqual(['warning']);
  const moved = await update(breach, { awareAt: ago(1), reason: 'the mail was read yesterday' });
  expect(Date.parse(moved.dueAt)).toBe(Date.parse(moved.awareAt) + breachNoticeMs);
  expect(await severities()).toEqual([]);
});

test('the report has what is asked for, with entries, as PDF and as JSON, and the log has its hash', async () => {
  const { id: breachId } = await record({ consequences: 'None that is likely.' });
  const run = stand.run('breach.report', { read: true });
  const pdf = await breaches().report({ breachId, form: 'pdf' }, run);
  await run.succeeded();
  expect(Buffer.from(pdf.content, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
  expect((await stand.audit.recordsOf('breach.report', null))[0]?.x).toMatchObject({
    sha256: pdf.sha256,
    form: 'pdf',
  });
  const json = await breaches().report(
    { breachId, form: 'json' },
    stand.run('breach.report', { read: true }),
  );
  expect(JSON.parse(Buffer.from(json.content, 'base64').toString())).toMatchObject({
    format: 1,
    breach: { consequences: 'None that is likely.' },
    history: [{ action: 'breach.record' }, { action: 'breach.report' }],
    checkpoint: expect.stringContaining('installation/e1'),
  });
});

test('a compliance report counts breaches of one tenant or of all, and says what is past due', async () => {
  const { store } = stand.control;
  const tenant = stand.ids.uuid();
  const from = stand.clock.now() - 1;
  await record({ awareAt: ago(80), tenants: [tenant] });
  const told = await record({
    risk: 'risk',
    nature: ['integrity'],
    consequences: 'c',
    measures: 'm',
    contact: 'x',
  });
  await notify(told);
  stand.clock.advance(1000);
  await breaches().close({ breachId: told.id, reason: 'done' }, stand.run('breach.close'));
  const period = { from, to: stand.clock.now() };
  expect(countBreaches(store, null, period)).toEqual({ start: 0, added: 2, removed: 1, end: 1 });
  expect(countBreaches(store, tenant, period)).toEqual({ start: 0, added: 1, removed: 0, end: 1 });
  const now = stand.clock.now();
  expect(breachesByState(store, null, now)).toEqual({ told: 1, decided: 0, open: 1, pastDue: 1 });
  expect(breachesByState(store, stand.ids.uuid(), now)).toEqual({ told: 0, decided: 0, open: 0, pastDue: 0 });
});
