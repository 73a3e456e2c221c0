import { afterEach, beforeEach, expect, test } from 'vitest';
import { OpenIntents } from '../../../main/audit/alerts/open-intents.ts';
import type { AuditRecord } from '../../../main/audit/record.ts';
import { OperationRun } from '../../../main/operations/operation-run.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const minute = 60_000;
let stand: AuditStand;

beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

const list = async () => (await stand.audit.alerts.list({ limit: 100 })).items;
const explain = async (alertId: OperationRun['id']) =>
  await stand.audit.alerts.explain({ alertId }, stand.run('audit.read'));

/** What a process leaves that dies in the middle of a critical operation. */
async function cutOff(tenantId?: OperationRun['id']): Promise<OperationRun> {
  const run = stand.run('auth.key.revoke', { critical: true });
  run.describe({ resource: { kind: 'api-key', id: 'k1' }, ...(tenantId && { tenantId }) });
  await run.intend();
  return run;
}

/** Another run of the same operation, in the process of now. */
const sameRun = ({ id, action, caller }: OperationRun) =>
  new OperationRun(
    {
      id,
      action,
      caller,
      severity: 'critical',
      critical: true,
      audited: 'change',
      signal: AbortSignal.abort(),
    },
    stand.audit,
  );

test('an intent that nothing is at work on any more is told once, a quarter of an hour later, and can be checked', async () => {
  const run = await cutOff();
  stand.clock.advance(20 * minute);
  expect(await list()).toEqual([]); // the process of now may be at work on it
  await stand.restart();
  const alerts = await list();
  expect(alerts).toMatchObject([
    {
      rule: 'intent-without-outcome',
      severity: 'critical',
      tenantId: null,
      actor: { name: 'Ada Lovelace' },
      entries: [{ index: 0 }],
    },
  ]);
  const [alert] = alerts;
  if (alert === undefined) return;
  expect(await explain(alert.id)).toMatchObject({ holds: true, counted: 1, needed: 1, problems: [] });
  await stand.restart();
  expect(await list()).toEqual(alerts);
  await sameRun(run).succeeded();
  expect(await explain(alert.id)).toMatchObject({ holds: false, problems: [{ reason: 'outcome-logged' }] });
  expect(await list()).toEqual(alerts);
});

test('an intent is given its quarter of an hour, and counted over starts from when it was told', async () => {
  await cutOff();
  await stand.restart();
  stand.clock.advance(14 * minute);
  expect(await list()).toEqual([]);
  await stand.audit.alerts.watching.settle();
  await stand.restart();
  stand.clock.advance(minute);
  expect(await list()).toHaveLength(1);
});

test('an outcome in another log counts, whichever log is read first', async () => {
  const tenantId = stand.ids.uuid();
  const one = await cutOff(tenantId);
  const other = await cutOff();
  await stand.restart();
  await sameRun(one).succeeded();
  const late = sameRun(other);
  late.describe({ tenantId });
  await late.failed(new Error('no'));
  stand.clock.advance(20 * minute);
  expect(await list()).toEqual([]);
});

test('what others know to go on, or to have ended with its tenant, is not told', async () => {
  const { id } = await cutOff();
  stand.promised.add(id);
  await stand.restart();
  stand.clock.advance(20 * minute);
  expect(await list()).toEqual([]);
  stand.promised.delete(id);
  expect(await list()).toHaveLength(1);
});

test('neither is what was logged before the rule was there, nor what a recovered installation left of a former epoch', async () => {
  await cutOff();
  await stand.audit.alerts.watching.settle();
  stand.control.edit(`UPDATE alert_cursors SET state = '{"windows":[],"life":null}'`);
  await stand.restart();
  stand.clock.advance(20 * minute);
  expect(await list()).toEqual([]);
  await cutOff();
  await stand.recover();
  stand.clock.advance(20 * minute);
  expect(await list()).toEqual([]);
});

test('a log with many of them keeps the newest', () => {
  const intents = new OpenIntents([]);
  for (let i = 0; i < 1_002; i += 1)
    intents.read({ i, cor: `operation ${i}`, ph: 'intent', t: 0 } as AuditRecord);
  expect(intents.due(15 * minute)).toHaveLength(1_000);
  expect(intents.due(15 * minute)[0]).toEqual({ operation: 'operation 2', index: 2 });
  expect(intents.due(15 * minute - 1)).toEqual([]);
});
