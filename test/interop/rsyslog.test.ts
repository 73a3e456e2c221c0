import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AuditStand, auditStand } from '../doubles/audit-stand.ts';
import { Forwarding } from '../doubles/forwarding.ts';
import { fingerprintOf, Rsyslog, throwAwayCertificates } from '../doubles/rsyslog.ts';
import { temporaryFolder } from '../doubles/temporary-folder.ts';

let stand: AuditStand;
let forwarding: Forwarding;
let server: Rsyslog | undefined;
beforeEach(async () => {
  stand = await auditStand();
  forwarding = new Forwarding(stand);
});
afterEach(async () => {
  await stand.close();
  await server?.stop('SIGKILL');
});

const withoutMark = (text: string) => text.replace(/^\uFEFF/, '');
/** Indices of the entries that arrived, in the order of their arrival; what rsyslogd has read it writes a little later. */
const indices = () => (server?.received() ?? []).map(({ msg }) => JSON.parse(withoutMark(msg)).i as number);

test('rsyslog parses what is sent: the leaf itself, its name, its place in the log', async () => {
  server = await Rsyslog.prepare(temporaryFolder());
  await server.start();
  await stand.run('thing.create', { critical: true, reason: 'an "odd" \\ reason]' }).succeeded();
  await forwarding.log(3);
  await forwarding.add(`tcp://127.0.0.1:${server.port}`);
  forwarding.forwarder.start();
  const state = await forwarding.until('current');
  await expect.poll(() => server?.received().length).toBe(forwarding.stored().length);
  const lines = server.received();
  expect(lines.map(({ msg }) => withoutMark(msg))).toEqual(forwarding.stored());
  const [first] = lines;
  const record = JSON.parse(forwarding.stored()[0] ?? '');
  expect(first).toMatchObject({
    pri: '106',
    host: 'here',
    app: 'holdfast',
    procid: record.boot,
    msgid: 'thing.create',
    sd: `[origin software="Holdfast" swVersion="0.0.0"][holdfast@32473 log="${record.log}" index="0" id="${record.id}" action="thing.create" outcome="success" phase="outcome"]`,
  });
  expect(new Date(first?.time ?? '').getTime()).toBe(record.t);
  expect(state).toMatchObject({ sent: { entries: 5 }, lag: { entries: 0 }, problem: null });
});

test('entries of an outage arrive in order once it is over, and those that nobody read are sent again', async () => {
  server = await Rsyslog.prepare(temporaryFolder());
  await server.start();
  await forwarding.add(`tcp://127.0.0.1:${server.port}`);
  forwarding.forwarder.start();
  await forwarding.log(5);
  await forwarding.until('current');
  // what the kernel took and the server never read
  server.freeze();
  await forwarding.log(5);
  await forwarding.until(({ problem }) => problem?.reason === 'unconfirmed');
  await sleep(1500); // however often that is tried
  expect((await forwarding.only()).state).toBe('failing');
  await server.stop('SIGKILL');
  await forwarding.log(5);
  await forwarding.until(({ problem }) => problem?.reason === 'unreachable');
  expect((await forwarding.only()).lag.entries).toBe(10);
  await server.start();
  await forwarding.until('current');
  await expect.poll(() => [...new Set(indices())]).toEqual(forwarding.all());
});

describe('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const made = throwAwayCertificates(folder, ['server', 'client']);
  const pem = (file: string) => readFileSync(file, 'utf8');

  test('the authority that was given counts, and none that comes with the program', async () => {
    server = await Rsyslog.prepare(temporaryFolder(), { files: made.server, auth: 'anon' });
    await server.start();
    const { id } = await forwarding.add(`tls://127.0.0.1:${server.port}`);
    forwarding.forwarder.start();
    await forwarding.until(({ problem }) => problem?.reason === 'untrusted');
    expect(server.received()).toEqual([]);
    const change = { destinationId: id, ca: pem(made.server.ca) };
    await forwarding.forwarder.updateDestination(change, forwarding.run('update'));
    await forwarding.log(3);
    await forwarding.until('current');
    await expect.poll(indices).toEqual(forwarding.all());
  });

  test('a pinned certificate counts, and no other; a client certificate is shown', async () => {
    server = await Rsyslog.prepare(temporaryFolder(), { files: made.server, auth: 'x509/certvalid' });
    await server.start();
    const client = { key: pem(made.client.key), certificate: pem(made.client.certificate) };
    const right = fingerprintOf(folder, made.server.certificate);
    const wrong = fingerprintOf(folder, made.client.certificate);
    const { id } = await forwarding.add(`tls://127.0.0.1:${server.port}`, {
      fingerprints: [wrong],
      secrets: { client },
    });
    forwarding.forwarder.start();
    await forwarding.until(
      ({ problem }) => problem?.reason === 'wrong-certificate' && problem.detail === right,
    );
    const change = async (input: object) =>
      await forwarding.forwarder.updateDestination({ destinationId: id, ...input }, forwarding.run('update'));
    await change({ fingerprints: [right], secrets: {} });
    await forwarding.until('failing');
    expect(server.received()).toEqual([]);
    await change({ secrets: { client } });
    await forwarding.until('current');
    await expect.poll(indices).toEqual(forwarding.all());
  });
});
