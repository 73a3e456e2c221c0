import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Uuid } from '../../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../../doubles/audit-stand.ts';
import { Forwarding } from '../../../doubles/forwarding.ts';
import { fingerprintOf, throwAwayCertificates } from '../../../doubles/rsyslog.ts';
import { type Posted, takenIndices, WebhookServer } from '../../../doubles/webhook-server.ts';

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

const indicesIn = ({ body }: Posted): number[] =>
  (JSON.parse(body) as { data: { entries: { i: number }[] } }).data.entries.map(({ i }) => i);

const entriesIn = ({ taken }: WebhookServer): object[] =>
  taken.flatMap(({ body }) => (JSON.parse(body) as { data: { entries: object[] } }).data.entries);

test('a batch is signed as Standard Webhooks has it, and has the same id when it is sent again', async () => {
  const key = randomBytes(32);
  const secrets = { signingSecret: `whsec_${key.toString('base64')}`, bearerToken: 'token-of-the-engine' };
  let failures = 2;
  server.answer = () => (failures-- > 0 ? { status: 503 } : undefined);
  await forwarding.log(4);
  await forwarding.add(server.url, { secrets });
  forwarding.forwarder.start();
  await forwarding.until('current');
  const [first, second, third] = server.asked;
  if (first === undefined || third === undefined) throw new RangeError('nothing was asked');
  for (const { headers, body, path } of server.asked) {
    const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature } = headers;
    const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
    expect(signature).toBe(`v1,${mac}`);
    expect(headers.authorization).toBe('Bearer token-of-the-engine');
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(60);
    expect(path).toBe('/log');
  }
  expect([second?.headers['idempotency-key'], third.headers['idempotency-key']]).toEqual([
    first.headers['webhook-id'],
    first.headers['webhook-id'],
  ]);
  expect(third.body).toBe(first.body);
  expect(entriesIn(server)).toEqual(forwarding.stored().map((text) => JSON.parse(text)));
  // what signs in is shown nowhere, and is in no database
  expect(JSON.stringify(await forwarding.only())).not.toContain('token-of');
  const { file } = stand.control.store;
  for (const of of [file, `${file}-wal`]) expect(readFileSync(of).includes('token-of')).toBe(false);
});

test('it goes on where it stopped, with what came meanwhile, and sends nothing twice', async () => {
  await forwarding.add(server.url);
  await forwarding.log(300);
  forwarding.forwarder.start();
  await forwarding.until('current');
  await forwarding.forwarder.stop();
  await forwarding.log(3);
  expect(await forwarding.only()).toMatchObject({ state: 'waiting', lag: { entries: 3 } });
  await stand.restart();
  forwarding.forwarder.start();
  await forwarding.until('current');
  expect(takenIndices(server)).toEqual(forwarding.all());
});

test('only what is severe enough goes out, and only from now on', async () => {
  await forwarding.log(3);
  await forwarding.add(server.url, { minimumSeverity: 'critical', from: 'now', format: 'ocsf' });
  forwarding.forwarder.start();
  await forwarding.log(3);
  await stand.run('thing.erase', { critical: true }).succeeded();
  await forwarding.until('current');
  expect(entriesIn(server)).toMatchObject([
    // the entry of adding it is after the present end, which is where it begins
    { metadata: { event_code: 'audit.forward.add' }, severity: 'Critical' },
    { metadata: { event_code: 'thing.erase' } },
  ]);
  expect(await forwarding.only()).toMatchObject({ sent: { entries: 2 }, lag: { entries: 0, since: null } });
});

describe('what a server answers', () => {
  test('429: it is left alone for as long as it asks for', async () => {
    server.answer = () => ({ status: 429, headers: { 'retry-after': '120' } });
    await forwarding.log(1);
    await forwarding.add(server.url);
    forwarding.forwarder.start();
    const { problem, lag } = await forwarding.until('failing');
    expect(problem).toMatchObject({ reason: 'http-status', detail: '429' });
    expect(Date.parse(problem?.nextTry ?? '') - stand.clock.now()).toBe(120_000);
    expect(lag).toEqual({ entries: 2, since: new Date(stand.clock.now()).toISOString() });
    expect(stand.audit.health).toMatchObject({
      state: 'degraded',
      problem: expect.stringContaining('engine'),
    });
    // somebody who knows better need not wait
    server.answer = () => undefined;
    const { destinationId } = await forwarding.forwarder.testDestination(
      { destinationId: (await forwarding.only()).id },
      forwarding.run('test'),
    );
    expect(JSON.parse(server.taken[0]?.body ?? '')).toMatchObject({ type: 'audit.test' });
    expect((await forwarding.until('current')).id).toBe(destinationId);
    expect(stand.audit.health).toEqual({ state: 'ready', problem: null });
  });

  test('nothing: the same is sent again', async () => {
    let silent = 1;
    server.answer = () => (silent-- > 0 ? 'never' : undefined);
    await forwarding.log(2);
    await forwarding.add(server.url);
    forwarding.forwarder.start();
    await forwarding.until(({ problem }) => problem?.reason === 'timeout');
    await forwarding.until('current');
    expect(takenIndices(server)).toEqual(forwarding.all());
  });

  test('a redirect: nothing goes where it leads', async () => {
    const elsewhere = new WebhookServer();
    await elsewhere.start();
    server.answer = () => ({ status: 307, headers: { location: elsewhere.url } });
    await forwarding.log(1);
    await forwarding.add(server.url);
    forwarding.forwarder.start();
    await forwarding.until(({ problem }) => problem?.reason === 'redirect');
    await forwarding.forwarder.stop();
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  test('413: smaller batches, and a single entry that is too large is set aside', async () => {
    server.answer = (posted) => {
      const indices = indicesIn(posted);
      return indices.length > 5 || indices.includes(7) ? { status: 413 } : undefined;
    };
    await forwarding.log(40);
    const { id: destinationId } = await forwarding.add(server.url);
    forwarding.forwarder.start();
    await forwarding.until('current');
    expect(takenIndices(server)).toEqual(forwarding.all().filter((index) => index !== 7));
    const { items } = await forwarding.forwarder.listDeadLetters({ destinationId }, forwarding.run('read'));
    expect(items).toMatchObject([{ index: 7, reason: 'too-large', detail: '413', tries: 3, due: false }]);
    expect((await forwarding.only()).deadLetters).toBe(1);
  });

  test('422: what it refuses is set aside, tried once more when asked, or dropped', async () => {
    const refused = new Set([3, 4]);
    server.answer = (posted) =>
      indicesIn(posted).some((index) => refused.has(index)) ? { status: 422 } : undefined;
    await forwarding.log(8);
    const { id: destinationId } = await forwarding.add(server.url);
    forwarding.forwarder.start();
    await forwarding.until('current');
    expect(takenIndices(server)).toEqual(forwarding.all().filter((index) => !refused.has(index)));
    refused.delete(4);
    const retried = await forwarding.forwarder.retryDeadLetters({ destinationId }, forwarding.run('retry'));
    expect(retried).toEqual({ entries: 2 });
    await forwarding.until(({ deadLetters, state }) => deadLetters === 1 && state === 'current');
    const { items } = await forwarding.forwarder.listDeadLetters({ destinationId }, forwarding.run('read'));
    expect(items).toMatchObject([{ index: 3, tries: 4 }]);
    expect(takenIndices(server)).toContain(4);
    await forwarding.forwarder.dropDeadLetters({ destinationId, reason: 'known' }, forwarding.run('drop'));
    expect(await forwarding.only()).toMatchObject({ deadLetters: 0, problem: null });
    expect(takenIndices(server)).not.toContain(3);
  });

  test('401: that is about us, and nothing is set aside for it', async () => {
    server.answer = () => ({ status: 401 });
    await forwarding.log(1);
    await forwarding.add(server.url);
    forwarding.forwarder.start();
    await forwarding.until(({ problem }) => problem?.detail === '401');
    expect(await forwarding.only()).toMatchObject({ deadLetters: 0, lag: { entries: 2 } });
  });
});

test('whoever edits the address in control.db does not get the secrets', async () => {
  const other = new WebhookServer();
  await other.start();
  await forwarding.add(server.url, { secrets: { bearerToken: 'secret' } });
  stand.control.edit(`UPDATE forward_destinations SET address = '${other.url}'`);
  forwarding.forwarder.start();
  await forwarding.until(({ problem }) => problem?.reason === 'secret-missing');
  expect(other.asked).toEqual([]);
  await other.close();
});

test('a log that does not have the last entry that was taken goes out from its beginning', async () => {
  await forwarding.add(server.url);
  await forwarding.log(3);
  forwarding.forwarder.start();
  await forwarding.until('current');
  await forwarding.forwarder.stop();
  server.taken.length = 0;
  stand.control.edit(`UPDATE forward_cursors SET event_id = 'another'`);
  forwarding.forwarder.start();
  await forwarding.until(({ sent }) => sent.entries > 6);
  await forwarding.until('current');
  expect(takenIndices(server)).toEqual(forwarding.all());
});

test('what a destination was before it was changed can be had of the log, and never a secret', async () => {
  const { id: destinationId } = await forwarding.add(server.url, {
    secrets: { bearerToken: 'first secret' },
  });
  const input = { destinationId, maximumBytes: 4096, secrets: { bearerToken: 'second secret' } };
  await forwarding.forwarder.updateDestination(input, forwarding.run('update'));
  const { items } = await stand.audit.explorer.getAuditTrail(
    { order: 'newest', limit: 10, action: 'audit.forward.update' },
    stand.run('audit.read', { read: true }),
  );
  const eventId = items[0]?.eventId as Uuid;
  const states = await stand.audit.explorer.getAuditStates(
    { eventId },
    stand.run('audit.read', { read: true }),
  );
  expect(states).toMatchObject({
    before: { maximumBytes: 8192, secrets: ['bearerToken'] },
    after: { maximumBytes: 4096, secrets: ['bearerToken'] },
  });
  expect(JSON.stringify(states)).not.toMatch(/first|second/);
});

test('https: an authority decides, or a pinned certificate; a name that is taken or a secret without use is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const made = throwAwayCertificates(folder, ['server']).server;
  const [cert, key, ca] = [made.certificate, made.key, made.ca].map((file) => readFileSync(file, 'utf8'));
  const secure = new WebhookServer({ cert, key });
  await secure.start();
  const { id: destinationId } = await forwarding.add(secure.url);
  const test = () => forwarding.forwarder.testDestination({ destinationId }, forwarding.run('test'));
  const change = (input: object) =>
    forwarding.forwarder.updateDestination({ destinationId, ...input }, forwarding.run('update'));
  await expect(test()).rejects.toMatchObject({ code: 'UNAVAILABLE', data: { reason: 'forward-untrusted' } });
  await change({ ca });
  await test();
  await change({ ca: null, fingerprints: [fingerprintOf(folder, made.certificate)] });
  await test();
  expect(secure.taken).toHaveLength(2);
  const again = forwarding.add(server.url, { name: 'ENGINE' });
  await expect(again).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'destination-name' } });
  const useless = forwarding.add('tcp://127.0.0.1', { name: 'two', secrets: { bearerToken: 'x' } });
  await expect(useless).rejects.toMatchObject({ data: { issues: [{ reason: 'forward-webhook-only' }] } });
  const unsealed = forwarding.add(server.url, { name: 'two', ca: ca ?? '' });
  await expect(unsealed).rejects.toMatchObject({ data: { issues: [{ reason: 'forward-tls-only' }] } });
  await secure.close();
  rmSync(folder, { recursive: true });
});
