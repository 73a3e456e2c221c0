import { afterEach, beforeEach, expect, test } from 'vitest';
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

const indicesOf = (body: string) =>
  (JSON.parse(body) as { data: { entries: { i: number; act: string }[] } }).data.entries;
const taken = () => server.taken.flatMap(({ body }) => indicesOf(body).map(({ i }) => i));

test('the 1,000th entry is set aside, the next one stops the destination, and nothing after it is sent or lost', async () => {
  server.answer = ({ body }) => (body.includes('thing.odd') ? { status: 422 } : undefined);
  const { id: destinationId } = await forwarding.add(server.url);
  await stand.control.store.write((transaction) => {
    const insert = transaction.sql(
      "INSERT INTO dead_letters (destination_id, origin, entry, reason, detail, tries, time) VALUES (?, 'x', ?, 'refused', '', 3, 0)",
    );
    for (let entry = 0; entry < 999; entry += 1) insert.run(destinationId, entry);
  });
  const odd = async () => {
    await stand.run('thing.odd').succeeded();
    return forwarding.all().length - 1;
  };
  const last = await odd();
  await forwarding.log(1);
  const over = await odd();
  await forwarding.log(1);
  const total = forwarding.all().length;
  const stopped = ({ problem }: { problem: { reason: string } | null }) =>
    problem?.reason === 'dead-letters-full';
  forwarding.forwarder.start();
  const { deadLetters, lag } = await forwarding.until(stopped);
  expect(deadLetters).toBe(1000);
  expect(lag.entries).toBe(total - over);
  expect(taken()).toEqual(forwarding.all().filter((index) => index < over && index !== last));

  // the same after a restart: the stop is in the cursor, not in the process
  await stand.restart();
  forwarding.forwarder.start();
  await forwarding.until(stopped);
  expect((await forwarding.only()).deadLetters).toBe(1000);
  expect(Math.max(...taken())).toBeLessThan(over);

  // room is made, or the other side takes it: it goes on with that entry, in order
  server.answer = () => undefined;
  await forwarding.until(({ state, lag: rest }) => rest.entries === 0 && state !== 'failing');
  expect(taken()).toEqual(forwarding.all().filter((index) => index !== last));
  const { items } = await forwarding.forwarder.listDeadLetters({ destinationId }, forwarding.run('read'));
  expect(items.some(({ index }) => index === last)).toBe(true);
  expect((await forwarding.only()).deadLetters).toBe(1000);
});

test('dropping what was set aside lets a stopped destination go on', async () => {
  server.answer = ({ body }) => (body.includes('thing.odd') ? { status: 422 } : undefined);
  const { id: destinationId } = await forwarding.add(server.url);
  await stand.control.store.write((transaction) => {
    const insert = transaction.sql(
      "INSERT INTO dead_letters (destination_id, origin, entry, reason, detail, tries, time) VALUES (?, 'x', ?, 'refused', '', 3, 0)",
    );
    for (let entry = 0; entry < 1000; entry += 1) insert.run(destinationId, entry);
  });
  await stand.run('thing.odd').succeeded();
  const over = forwarding.all().length - 1;
  await forwarding.log(2);
  forwarding.forwarder.start();
  await forwarding.until(({ problem }) => problem?.reason === 'dead-letters-full');
  await forwarding.forwarder.dropDeadLetters(
    { destinationId, reason: 'not needed there' },
    forwarding.run('drop'),
  );
  const { deadLetters } = await forwarding.until(
    ({ state, lag, deadLetters: aside }) => lag.entries === 0 && aside === 1 && state === 'current',
  );
  expect(deadLetters).toBe(1);
  expect(taken()).toEqual(forwarding.all().filter((index) => index !== over));
});
