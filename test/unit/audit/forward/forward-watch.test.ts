import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { Forwarding } from '../../../doubles/forwarding.ts';
import { WebhookServer } from '../../../doubles/webhook-server.ts';

const minute = 60_000;
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

const look = () => forwarding.forwarder.watch.look();
async function notices() {
  const { items } = await stand.notices.listNotices({ limit: 100, state: 'open' });
  return items.map(({ kind, destinationId }) => [kind, destinationId]);
}

test('a destination that is behind for longer than an hour is told once, and goes by itself when it catches up', async () => {
  server.answer = () => ({ status: 503 });
  const { id } = await forwarding.add(server.url);
  await forwarding.log(3);
  forwarding.forwarder.start();
  await forwarding.until('failing');
  stand.clock.advance(60 * minute);
  await look();
  expect(await notices()).toEqual([]);
  stand.clock.advance(1);
  await look();
  expect(await notices()).toEqual([['forwarding-behind', id]]);
  const { items } = await stand.notices.listNotices({ limit: 1 });
  stand.clock.advance(minute);
  await look();
  await stand.notices.acknowledgeNotices(
    { noticeIds: items.map((each) => each.id) },
    stand.run('alert.acknowledge'),
  );
  await look();
  expect(await notices()).toEqual([]);
  await stand.restart();
  await look();
  expect(await notices()).toEqual([['forwarding-behind', id]]);
  server.answer = () => undefined;
  forwarding.forwarder.start();
  await forwarding.until('current');
  await look();
  expect(await notices()).toEqual([]);
});

test('entries that were set aside are told until none is left, also by the next process', async () => {
  server.answer = ({ body }) => (body.includes('thing.odd') ? { status: 422 } : undefined);
  const { id } = await forwarding.add(server.url);
  await stand.run('thing.odd').succeeded();
  forwarding.forwarder.start();
  await forwarding.until(({ deadLetters }) => deadLetters === 1);
  await look();
  expect(await notices()).toEqual([['forwarding-dead-letters', id]]);
  await forwarding.forwarder.dropDeadLetters(
    { destinationId: id, reason: 'not needed there' },
    forwarding.run('drop'),
  );
  await stand.restart();
  await look();
  expect(await notices()).toEqual([]);
});

test('one that refuses too much is told as stopped; what was said of one that is removed goes', async () => {
  server.answer = () => ({ status: 422 });
  const { id } = await forwarding.add(server.url);
  await stand.control.store.write((transaction) => {
    const insert = transaction.sql(
      "INSERT INTO dead_letters (destination_id, origin, entry, reason, detail, tries, time) VALUES (?, 'x', ?, 'refused', '', 3, 0)",
    );
    for (let entry = 0; entry < 1000; entry += 1) insert.run(id, entry);
  });
  forwarding.forwarder.start();
  await forwarding.until(({ problem }) => problem?.reason === 'dead-letters-full');
  await look();
  expect((await notices()).sort()).toEqual([
    ['forwarding-dead-letters', id],
    ['forwarding-stopped', id],
  ]);
  await forwarding.forwarder.removeDestination(
    { destinationId: id, reason: 'not needed any more' },
    forwarding.run('remove'),
  );
  await look();
  expect(await notices()).toEqual([]);
});
