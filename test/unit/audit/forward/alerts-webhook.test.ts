import { createHmac, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Uuid } from '../../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { Forwarding } from '../../../doubles/forwarding.ts';
import { WebhookServer } from '../../../doubles/webhook-server.ts';

let stand: AuditStand;
let forwarding: Forwarding;
let server: WebhookServer;
beforeEach(async () => {
  stand = await auditStand();
  forwarding = new Forwarding(stand);
  server = new WebhookServer();
  await server.start();
});
afterEach(async () => {
  await stand.close();
  await server.close();
});

async function act(action: string, tenantId?: Uuid): Promise<void> {
  stand.clock.advance(1000);
  const run = stand.run(action);
  run.describe(tenantId === undefined ? {} : { tenantId });
  await run.succeeded();
}
/** Without the one that the destination itself raises when it is added. */
const others = <Told extends { rule: string }>(alerts: readonly Told[]) =>
  alerts.filter(({ rule }) => rule !== 'forwarding-changed');
const raised = async () => others((await stand.audit.alerts.list({ limit: 100 })).items);
const sent = () =>
  server.taken.flatMap(({ body }) => {
    const { type, data } = JSON.parse(body) as {
      type: string;
      data: { alerts: { id: string; rule: string }[] };
    };
    expect(type).toBe('audit.alerts');
    return others(data.alerts);
  });

test('alerts alone are sent, once each and in order, signed, over an outage', async () => {
  const key = randomBytes(32);
  let failures = 2;
  server.answer = () => (failures-- > 0 ? { status: 503 } : undefined);
  const tenantId = stand.ids.uuid();
  await forwarding.add(server.url, {
    what: 'alerts',
    from: 'now',
    secrets: { signingSecret: `whsec_${key.toString('base64')}` },
  });
  await forwarding.log(5);
  await act('operator.disable');
  await act('backup.hold.lift', tenantId);
  const alerts = (await raised()).toReversed();
  forwarding.forwarder.start();
  await forwarding.until('current');
  expect(sent().map(({ id }) => id)).toEqual(alerts.map(({ id }) => id));
  const [first, second] = alerts;
  expect(sent()).toMatchObject([
    {
      id: first?.id,
      rule: 'operator-disabled',
      title: 'An operator was disabled',
      severity: 'warning',
      raisedAt: first?.raisedAt,
      tenantId: null,
      log: first?.logId,
      entries: first?.entries.map(({ index }) => index),
      bits: null,
    },
    { rule: 'hold-lifted', tenantId, log: second?.logId, entries: [0] },
  ]);
  const [posted] = server.taken;
  if (posted === undefined) throw new RangeError('nothing was taken');
  const { headers, body } = posted;
  const mac = createHmac('sha256', key)
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${mac}`);
  expect(server.asked[0]?.headers['webhook-id']).toBe(headers['webhook-id']);
  // nobody's name leaves
  expect(body).not.toContain('Ada');
  await act('tenant.update');
  await forwarding.until('current');
  expect(sent()).toHaveLength(alerts.length);
});

test('of a severity and a tenant only what is asked for', async () => {
  const [one, other] = [stand.ids.uuid(), stand.ids.uuid()];
  await forwarding.add(server.url, { what: 'alerts', minimumSeverity: 'critical', tenant: one });
  await act('tenant.erase');
  await act('tenant.erase', other);
  await act('backup.hold.lift', one);
  await act('tenant.erase', one);
  expect(await raised()).toHaveLength(4);
  forwarding.forwarder.start();
  await forwarding.until('current');
  expect(sent()).toMatchObject([{ rule: 'tenant-erased', tenantId: one }]);
});

test('an alert that is refused is set aside, and sent once it is taken', async () => {
  server.answer = ({ body }) => (body.includes('hold-lifted') ? { status: 422 } : undefined);
  await forwarding.add(server.url, { what: 'alerts' });
  await act('backup.hold.lift');
  await act('operator.disable');
  await raised();
  forwarding.forwarder.start();
  const { deadLetters, id } = await forwarding.until(
    ({ state, deadLetters: set }) => state === 'current' && set > 0,
  );
  expect(deadLetters).toBe(1);
  expect(sent()).toMatchObject([{ rule: 'operator-disabled' }]);
  server.answer = () => undefined;
  await forwarding.forwarder.retryDeadLetters({ destinationId: id }, forwarding.run('retry'));
  await forwarding.until(({ deadLetters: left }) => left === 0);
  expect(sent()).toMatchObject([{ rule: 'operator-disabled' }, { rule: 'hold-lifted' }]);
});
