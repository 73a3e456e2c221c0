import { afterEach, beforeEach, expect, it } from 'vitest';
import { OperationRun } from '../../../main/operations/operation-run.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let stand: AuditStand;
let tenant: Uuid;
let bob: Uuid;

beforeEach(async () => {
  stand = await auditStand();
  tenant = stand.ids.uuid();
  bob = stand.ids.uuid();
});
afterEach(() => stand.close());

/** An operation of the stand's operator, or of another one. */
function run(action: string, id = stand.operator.id): OperationRun {
  return new OperationRun(
    {
      id: stand.ids.uuid(),
      action,
      severity: 'critical',
      critical: true,
      caller: { ...stand.operator, id },
      audited: 'change',
      signal: new AbortController().signal,
    },
    stand.audit,
  );
}

const retention = () => stand.audit.retention;
async function ask(days: number, by = stand.operator.id) {
  const asked = { tenant, days, reason: 'as the law says' };
  return await retention().policies.set(asked, run('audit.retention.set', by));
}
/** The id of a change that waits. */
async function waiting(days: number, by?: Uuid): Promise<Uuid> {
  const { pending } = await ask(days, by);
  if (pending === null) throw new Error('nothing waits');
  return pending.id;
}
const approve = (changeId: Uuid, by: Uuid) =>
  retention().approve({ changeId }, run('audit.retention.approve', by));
const kept = () => retention().policies.keptDays(tenant).every;
const refused = (reason: string) => ({ code: 'FORBIDDEN', data: { reason } });
const joined = (agoMs: number) => stand.approvers.push({ id: bob, since: stand.clock.now() - agoMs });

it('more days hold at once by one operator, fewer by two', async () => {
  joined(2 * dayMs);
  expect(await ask(4000)).toEqual({ days: 4000, pending: null });
  const { days, pending } = await ask(400);
  expect([days, pending?.to, pending?.effectiveAt]).toEqual([4000, 400, null]);
  const changeId = await waiting(400);
  await expect(approve(changeId, stand.operator.id)).rejects.toMatchObject(refused('own-change'));
  stand.clock.advance(6 * dayMs);
  await retention().settle();
  expect(kept()).toBe(4000);
  stand.clock.advance(2 * dayMs);
  await expect(approve(changeId, bob)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await approve(await waiting(500), bob)).toEqual({ days: 500 });
  expect(kept()).toBe(500);
  expect(retention().policies.keptDays(null).every).toBe(2192);
});

it('an account of less than a day neither approves nor has its change approved', async () => {
  joined(hourMs);
  const mine = await waiting(400);
  await expect(approve(mine, bob)).rejects.toMatchObject(refused('account-too-new'));
  const theirs = await waiting(300, bob);
  await expect(approve(theirs, stand.operator.id)).rejects.toMatchObject(refused('account-too-new'));
  stand.clock.advance(23 * hourMs - 1);
  await expect(approve(theirs, stand.operator.id)).rejects.toMatchObject(refused('account-too-new'));
  stand.clock.advance(1);
  expect(await approve(theirs, stand.operator.id)).toEqual({ days: 300 });
});

it('who is no owner any more has no change approved', async () => {
  joined(2 * dayMs);
  const changeId = await waiting(400, bob);
  stand.approvers.pop();
  await expect(approve(changeId, stand.operator.id)).rejects.toMatchObject(refused('asker-gone'));
  expect(kept()).toBe(2192);
});

it('an account made under a clock that was turned back is not older for it', async () => {
  await run('thing.create').succeeded();
  stand.clock.advance(-3 * dayMs);
  await stand.audit.life.begin();
  joined(0);
  stand.clock.advance(3 * dayMs + 1000);
  const changeId = await waiting(400);
  await expect(approve(changeId, bob)).rejects.toMatchObject(refused('account-too-new'));
  stand.clock.advance(dayMs);
  expect(await approve(changeId, bob)).toEqual({ days: 400 });
});

it('where there is no other operator fewer days hold after 24 hours, and the log says so', async () => {
  const { pending } = await ask(400);
  expect(Date.parse(pending?.effectiveAt ?? '') - Date.parse(pending?.askedAt ?? '')).toBe(dayMs);
  stand.clock.advance(dayMs - 1);
  await retention().settle();
  expect(kept()).toBe(2192);
  stand.clock.advance(1);
  const { policies, pending: left } = await retention().state({ tenant });
  expect(policies).toMatchObject([{ tenantId: tenant, days: 400 }]);
  expect(left).toEqual([]);
  const [told, ...more] = await stand.audit.recordsOf('log.retention.lowered', null);
  expect(told).toMatchObject({
    sev: 'critical',
    res: { id: tenant },
    x: { from: 2192, to: 400, change: pending?.id },
  });
  expect(more).toEqual([]);
});

it('a clock that is set forward shortens no wait', async () => {
  await waiting(400);
  await stand.audit.life.begin();
  stand.clock.advance(2 * dayMs);
  await stand.audit.life.look();
  await retention().settle();
  expect(kept()).toBe(2192);
  stand.clock.advance(dayMs);
  await retention().settle();
  expect(kept()).toBe(400);
});

it.each(['cancelled', 'replaced'])('a change that is %s does not hold', async (how) => {
  const changeId = await waiting(400);
  const cancel = () => retention().policies.cancel(changeId, run('audit.retention.cancel', bob));
  if (how === 'cancelled') expect(await cancel()).toEqual({ days: 2192 });
  else await ask(5000);
  await expect(cancel()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  stand.clock.advance(2 * dayMs);
  await retention().settle();
  expect(kept()).toBe(how === 'cancelled' ? 2192 : 5000);
});
