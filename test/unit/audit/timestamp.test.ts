import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseCertificates } from '../../../main/audit/timestamp/certificates.ts';
import { formatQuestion, newNonce, openAnswer } from '../../../main/audit/timestamp/exchange.ts';
import type { TimestampRow } from '../../../main/audit/timestamp/timestamp-rows.ts';
import { openToken } from '../../../main/audit/timestamp/token.ts';
import { auditVerification } from '../../../shared/contract/audit.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';
import { TimestampAuthority } from '../../doubles/timestamp-authority.ts';

let authority: TimestampAuthority;
beforeAll(async () => {
  authority = await TimestampAuthority.open();
});
afterAll(() => authority.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const question = (policy: string | null = null) => ({
  imprint: sha256('what is stamped'),
  nonce: newNonce((length) => crypto.getRandomValues(new Uint8Array(length))),
  policy,
});
const anchors = (of = authority) => parseCertificates(of.ca);

describe("OpenSSL's answer", () => {
  test('is taken: under the policy that was asked for, and OpenSSL takes the token', () => {
    const asked = question('1.2.3.4.5');
    const answer = authority.reply(Buffer.from(formatQuestion(asked)));
    const { token, stamp } = openAnswer(answer, asked, anchors());
    expect(stamp).toMatchObject({ policy: '1.2.3.4.5', nonce: asked.nonce });
    expect(Math.abs(stamp.time - Date.now())).toBeLessThan(60_000);
    expect(openToken(token, { imprint: asked.imprint, anchors: anchors() })).toEqual(stamp);
    authority.verify(token, Buffer.from('what is stamped'));
  });

  test('is refused to another question, and by what another CA vouches for', async () => {
    const asked = question();
    const answer = authority.reply(Buffer.from(formatQuestion(asked)));
    const open =
      (change: Partial<typeof asked>, pinned = anchors()) =>
      () =>
        openAnswer(answer, { ...asked, ...change }, pinned);
    expect(open({})).not.toThrow();
    expect(open({ nonce: question().nonce })).toThrow(/another request \(nonce\)/);
    expect(open({ imprint: sha256('something else') })).toThrow(/message imprint/);
    expect(open({ policy: '1.2.3.4.5' })).toThrow(/under the policy 1\.2\.3\.4\.1/);
    const other = await TimestampAuthority.open();
    expect(open({}, anchors(other))).toThrow(/does not lead to a pinned CA/);
    await other.close();
  });

  test('is refused with a certificate that has expired, or one that is not for time stamping alone', () => {
    const asked = question();
    const answer = authority.reply(Buffer.from(formatQuestion(asked)));
    const { token } = openAnswer(answer, asked, anchors());
    const open = (certificate: Parameters<TimestampAuthority['signedAnew']>[1]) => () =>
      openToken(authority.signedAnew(token, certificate), { imprint: asked.imprint, anchors: anchors() });
    expect(open('sound')).not.toThrow();
    expect(open('expired')).toThrow(/not valid at that time/);
    for (const other of ['without-purpose', 'second-purpose', 'not-critical'] as const)
      expect(open(other), other).toThrow(/critical extended key usage/);
  });

  test('says nothing else with any byte of it changed', () => {
    const asked = question();
    const { token, stamp } = openAnswer(
      authority.reply(Buffer.from(formatQuestion(asked))),
      asked,
      anchors(),
    );
    const refused = Array.from(token.keys())
      .filter((at) => at % 5 === 0)
      .filter((at) => {
        const changed = Uint8Array.from(token);
        changed[at] = (changed[at] ?? 0) ^ 1;
        try {
          // what no signature covers, such as a list of algorithms
          expect(openToken(changed, { imprint: asked.imprint, anchors: anchors() })).toEqual(stamp);
          return false;
        } catch (error) {
          expect(error).toMatchObject({ code: 'INTEGRITY' });
          return true;
        }
      });
    expect(refused.length).toBeGreaterThan(token.length / 6);
  });
});

describe('an installation', () => {
  let stand: AuditStand;
  beforeEach(async () => {
    stand = await auditStand();
    await stand.run('thing.create').succeeded();
  });
  afterEach(async () => {
    authority.answer = undefined;
    authority.asked.length = 0;
    await stand.close();
  });

  const set = (input: Partial<Parameters<AuditStand['audit']['timestamps']['set']>[0]> = {}) =>
    stand.audit.timestamps.set(
      { url: authority.url, certificates: authority.ca, everyHours: 24, ...input },
      stand.run('audit.timestamp.set'),
    );
  const request = () => stand.audit.timestamps.request(stand.run('audit.timestamp.request'));
  const verify = async () =>
    auditVerification.parse(
      await stand.result(() => stand.audit.verifyAuditLog({}, stand.run('audit.verify', { read: true }))),
    );
  const edit = (statement: string) => (file: string) => {
    const database = new Database(file);
    database.exec(statement);
    database.close();
  };

  test('has its newest checkpoint stamped, and the horizon says so on both sides of a restart', async () => {
    await set({ policy: '1.2.3.4.5', authorization: 'Bearer a secret' });
    const { size, time } = await request();
    expect(authority.asked).toEqual(['Bearer a secret']);
    expect(JSON.stringify(stand.audit.timestamps.list())).not.toContain('a secret');
    const [row] = stand.store.sql<TimestampRow>('SELECT * FROM timestamps').all();
    authority.verify(row?.token ?? new Uint8Array(0), row?.note ?? new Uint8Array(0));
    for (const again of [false, true]) {
      if (again) await stand.restart();
      expect(stand.audit.horizon()).toMatchObject({ witness: 'timestamp', name: authority.host, size, time });
      expect(stand.audit.horizon().note).toContain(
        `Proven to entry ${size - 1} by time stamp of ${authority.host} at ${time}`,
      );
      expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
    }
    expect(await stand.audit.recordsOf('log.timestamp', null)).toHaveLength(1);
  });

  test('is stamped when it is due, and not before; another CA or nobody counts for nothing', async () => {
    await stand.audit.timestamps.stampIfDue();
    await set({ everyHours: 2 });
    for (const hours of [0, 1]) {
      stand.clock.advance(hours * 3_600_000);
      await stand.audit.timestamps.stampIfDue();
    }
    expect(authority.asked).toHaveLength(1);
    const { dueAt } = stand.audit.timestamps.list().authority ?? { dueAt: '' };
    const { time } = stand.audit.timestamps.list().stamps[0] ?? { time: '' };
    expect(Date.parse(dueAt) - Date.parse(time)).toBe(2 * 3_600_000);
    const other = await TimestampAuthority.open();
    await set({ certificates: other.ca });
    await other.close();
    expect(stand.audit.horizon().witness).not.toBe('timestamp');
    await stand.audit.timestamps.remove(stand.run('audit.timestamp.remove'));
    await expect(request()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { kind: 'timestamp-authority' },
    });
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  });

  const refusals: Record<string, [TimestampAuthority['answer'], object]> = {
    'a rejection': [
      (_, response) => response.end(authority.reply(Buffer.from('no request'))),
      { reason: 'timestamp-unusable', why: 'the authority refused the request (rejection)' },
    ],
    'an answer to another request': [
      (_, response) => response.end(authority.reply(Buffer.from(formatQuestion(question())))),
      { reason: 'timestamp-unusable', why: 'it is of other bytes (message imprint)' },
    ],
    garbage: [
      (_, response) => response.end('<html>'),
      { reason: 'timestamp-unusable', why: 'it is no time-stamp response' },
    ],
    'bytes after the answer': [
      (asked, response) => response.end(Buffer.concat([authority.reply(asked), Buffer.alloc(1)])),
      { reason: 'timestamp-unusable', why: 'it is no time-stamp response' },
    ],
    'a huge answer': [
      (_, response) => response.end(Buffer.alloc(1_000_000, 0x30)),
      { reason: 'timestamp-unusable', why: 'it is longer than 65536 bytes' },
    ],
    'a redirect': [
      (_, response) => response.writeHead(307, { location: authority.url }).end(),
      { reason: 'timestamp-status', status: 307 },
    ],
    'a closed connection': [(_, response) => response.destroy(), { reason: 'timestamp-unreachable' }],
  };
  test.each(Object.entries(refusals))(
    'keeps nothing of %s, says so, and tries again',
    async (_, [answer, data]) => {
      await set();
      authority.answer = answer;
      await expect(request()).rejects.toMatchObject({ code: 'UNAVAILABLE', data });
      expect(authority.asked).toHaveLength(1);
      await stand.audit.timestamps.stampIfDue();
      expect(stand.audit.timestamps.list()).toMatchObject({
        authority: { failure: { message: expect.stringContaining(authority.host) } },
        stamps: [],
      });
      expect(stand.audit.health).toMatchObject({
        state: 'degraded',
        problem: expect.stringContaining(authority.host),
      });
      authority.answer = undefined;
      await stand.run('thing.create').succeeded();
      await stand.audit.timestamps.stampIfDue();
      expect(stand.audit.health).toEqual({ state: 'ready', problem: null });
      expect(stand.audit.horizon().witness).toBe('timestamp');
    },
  );

  test('ends while an authority is silent, after which it would have given up', async () => {
    await set();
    let asked = () => {};
    const asking = new Promise<void>((resolve) => {
      asked = resolve;
    });
    authority.answer = () => asked();
    const ended = expect(request()).rejects.toMatchObject({ code: 'CANCELLED' });
    await asking;
    await stand.restart();
    await ended;
    expect(stand.audit.timestamps.list().stamps).toEqual([]);
  });

  test('gives no secret away in an address, over an open line, or to whoever is no CA', async () => {
    const url = 'http://tsa.example/';
    await expect(set({ url: 'https://ada:secret@tsa.example/' })).rejects.toMatchObject({
      data: { reason: 'timestamp-secret-in-address' },
    });
    await expect(set({ url, authorization: 'Basic x' })).rejects.toMatchObject({
      data: { reason: 'timestamp-open-line' },
    });
    await expect(set({ certificates: 'none' })).rejects.toMatchObject({
      data: { reason: 'timestamp-certificates' },
    });
    await expect(set({ certificates: authority.signer })).rejects.toMatchObject({
      data: { reason: 'timestamp-not-a-ca' },
    });
    expect(stand.audit.timestamps.list()).toEqual({ authority: null, stamps: [] });
  });

  const edits: Record<string, [string, string]> = {
    'an authority that nobody set': [
      "UPDATE timestamp_authority SET url = 'http://localhost/'",
      'The time-stamp authority that is stored is not the one that the log names',
    ],
    'a stamp that is gone': [
      'DELETE FROM timestamps',
      'The time stamps that are stored are not those that the log names',
    ],
    'a stamp of another size': [
      'UPDATE timestamps SET size = size + 1',
      'a time stamp does not fit: it is of another size or time',
    ],
    'a changed token': [
      'UPDATE timestamps SET token = CAST(substr(token, 1, length(token) - 1) || char(0) AS BLOB)',
      'a time stamp does not fit: The time stamp is not valid: its signature does not fit.',
    ],
  };
  test.each(Object.entries(edits))('verification finds %s', async (_, [statement, reason]) => {
    await set();
    await request();
    await stand.restart(edit(statement));
    const { verdict, problems } = await verify();
    expect([verdict, problems.map((problem) => problem.reason)]).toEqual([
      'tampered',
      expect.arrayContaining([reason]),
    ]);
  });
});
