// Time stamps in bundles, judged by the two verifiers that lie in them (the page, in a browser without a network, and the
// program) and by OpenSSL.
import { execFile } from 'node:child_process';
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canonicalJson } from '../../main/audit/canonical-json.ts';
import { type AuditStand, auditStand } from '../doubles/audit-stand.ts';
import { filesOf, zipped } from '../doubles/bundle-files.ts';
import { TimestampAuthority } from '../doubles/timestamp-authority.ts';
import { VerifyPage } from './bundle/verify-page.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

interface Stamp {
  note: string;
  consistency: string[];
  token: string;
  certificates?: string;
  leaf?: object;
}

const folder = mkdtempSync(join(tmpdir(), 'timestamped-'));
let stand: AuditStand;
let authority: TimestampAuthority;
let another: TimestampAuthority;
let page: VerifyPage;
let whole: Buffer;
/** Of an earlier checkpoint. */
let earlier: Buffer;

async function stamped(): Promise<void> {
  await stand.audit.timestamps.request(stand.run('audit.timestamp.request'));
  await stand.run('thing.create').succeeded();
}

async function pin(of: TimestampAuthority): Promise<void> {
  const authorized = { url: of.url, certificates: of.ca, everyHours: 24 };
  await stand.audit.timestamps.set(authorized, stand.run('audit.timestamp.set'));
}

async function exported(): Promise<Buffer> {
  const file = join(folder, `${randomUUID()}.hfbundle.zip`);
  const operation = stand.run('audit.export', { read: true });
  await stand.result(() => stand.audit.exports.exportAuditLog({ disclose: [], file }, operation));
  return readFileSync(file);
}

const stampIn = (bundle: Buffer): Stamp =>
  JSON.parse(String(filesOf(bundle).get('seal.json'))).timestamped[0];
const tokenIn = (bundle: Buffer) => Buffer.from(stampIn(bundle).token, 'base64');

beforeAll(async () => {
  [stand, authority, another] = await Promise.all([
    auditStand(),
    TimestampAuthority.open(),
    TimestampAuthority.open('ed25519'),
  ]);
  await stand.run('thing.create').succeeded();
  await pin(authority);
  await stamped();
  earlier = tokenIn(await exported());
  await stamped();
  whole = await exported();
  for (const name of ['verify.html', 'holdfast-verify.mjs'])
    writeFileSync(join(folder, name), filesOf(whole).get(name) ?? '');
  page = await VerifyPage.open(join(folder, 'verify.html'));
});
afterAll(async () => {
  await page?.close();
  await stand.close();
  for (const each of [authority, another]) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The bundle with another time stamp, and a trailer that agrees with it. */
async function resealed(edit: (stamp: Stamp, seal: { readonly leaf: object }) => void): Promise<Buffer> {
  const files = filesOf(whole);
  const seal = JSON.parse(String(files.get('seal.json')));
  edit(seal.timestamped[0], seal);
  const bytes = Buffer.from(canonicalJson(seal));
  const trailer = JSON.parse(String(files.get('trailer.json')));
  trailer.seal = createHash('sha256').update(bytes).digest('hex');
  files.set('seal.json', bytes).set('trailer.json', Buffer.from(canonicalJson(trailer)));
  return await zipped(files);
}

const withToken = (token: (from: Buffer) => Uint8Array) =>
  resealed((stamp) => {
    stamp.token = Buffer.from(token(Buffer.from(stamp.token, 'base64'))).toString('base64');
  });

/** The same bytes with one of them changed. */
function bent(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}

interface Judged {
  readonly tone: string;
  readonly text: string;
  readonly status: number;
  readonly report: string;
}

/** What page and program say, who must agree. */
async function judged(bundle: Uint8Array): Promise<Judged> {
  const file = join(folder, `${randomUUID()}.zip`);
  writeFileSync(file, bundle);
  const key = stand.audit.verifierKey();
  const program = new Promise<Pick<Judged, 'status' | 'report'>>((resolve) => {
    const words = [join(folder, 'holdfast-verify.mjs'), file, '--key', key];
    const child = execFile(process.execPath, words, (_, report) =>
      resolve({ status: child.exitCode ?? -1, report }),
    );
  });
  const [{ tone, text }, said] = await Promise.all([page.check(file, key), program]);
  return { tone, text, ...said };
}

const green = (says: unknown) => ({ tone: 'good', text: says, status: 0, report: says });
const red = (says: unknown) => ({ tone: 'bad', text: says, status: 2, report: says });
const fingerprintOf = (pem: string) =>
  new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

describe('a time stamp that holds', () => {
  test('proves how much was there when, and names the pinned CA so that it can be compared', async () => {
    const { size, time } = stand.audit.timestamps.list().stamps[0] ?? { size: 0, time: '' };
    const says = `${size} of ${size + 2} entries at ${time} (± 1 s) by CN=Test TSA sound, under the pinned CA CN=Test CA, SHA-256 fingerprint ${fingerprintOf(authority.ca)}`;
    expect(await judged(whole)).toEqual(green(expect.stringContaining(says)));
    const trust = 'That the authority of the time stamp deserves trust';
    expect(await judged(whole)).toEqual(green(expect.stringContaining(trust)));
    authority.verify(tokenIn(whole), Buffer.from(stampIn(whole).note));
  });

  test.each(['rsa', 'rsa-pss', 'p-384'] as const)('is taken with %s', async (kind) => {
    authority.answer = (question, response) => response.end(authority.replySignedBy(question, kind));
    await stamped();
    const bundle = await exported();
    expect(await judged(bundle)).toEqual(green(expect.stringContaining(`CN=Test TSA ${kind}, under`)));
    const token = tokenIn(bundle);
    if (kind === 'rsa-pss') authority.verifySignature(token);
    else authority.verify(token, Buffer.from(stampIn(bundle).note));
    authority.answer = undefined;
  });

  test('is taken of a CA with Ed25519', async () => {
    await pin(another);
    await stamped();
    const bundle = await exported();
    expect(await judged(bundle)).toEqual(green(expect.stringContaining(fingerprintOf(another.ca))));
    another.verify(tokenIn(bundle), Buffer.from(stampIn(bundle).note));
    await pin(authority);
  });

  test('is left to OpenSSL where the bundle does not say which CA was pinned', async () => {
    const older = await resealed((stamp) => {
      delete stamp.certificates;
      delete stamp.leaf;
    });
    expect(await judged(older)).toEqual(green(expect.stringContaining('which is not checked here')));
  });
});

interface Forged {
  readonly make: () => Promise<Buffer>;
  readonly says: string;
  /** What OpenSSL says of the token, with the CA that was pinned. */
  readonly openssl: 'takes' | 'refuses';
}

const forged: Record<string, Forged> = {
  'of another checkpoint': {
    make: () => withToken(() => earlier),
    says: 'it is of other bytes (message imprint)',
    openssl: 'refuses',
  },
  'with another time': {
    make: () => withToken((token) => bent(token, token.indexOf(Buffer.from([0x18, 0x0f])) + 2 + 13)),
    says: 'its content is not what was signed (message digest)',
    openssl: 'refuses',
  },
  'with another signature': {
    make: () => withToken((token) => bent(token, token.length - 1)),
    says: 'its signature does not fit',
    openssl: 'refuses',
  },
  'by an authority of another CA': {
    make: () => withToken((token) => another.signedAnew(token, 'sound')),
    says: 'its certificate does not lead to a CA that was pinned',
    openssl: 'refuses',
  },
  'by a certificate without the purpose': {
    make: () => withToken((token) => authority.signedAnew(token, 'without-purpose')),
    says: 'not one for time stamping alone',
    openssl: 'refuses',
  },
  'by a certificate whose purpose is not critical': {
    make: () => withToken((token) => authority.signedAnew(token, 'not-critical')),
    says: 'not one for time stamping alone',
    openssl: 'refuses',
  },
  'by a certificate that was not valid at that time': {
    make: () => withToken((token) => authority.signedAnew(token, 'expired')),
    says: 'was not valid at that time',
    openssl: 'refuses',
  },
  'that was cut': {
    make: () => withToken((token) => token.subarray(0, token.length - 20)),
    says: 'it is cut or malformed',
    openssl: 'refuses',
  },
  'that is nothing but depth': {
    make: () => withToken(() => Buffer.alloc(60_000, Buffer.from([0x30, 0x80]))),
    says: 'it is cut or malformed',
    openssl: 'refuses',
  },
  'made anew by the same authority': {
    make: () => withToken((token) => authority.signedAnew(token, 'sound')),
    says: 'it is not what the log says of it',
    openssl: 'takes',
  },
  'with a CA of its own': {
    make: () =>
      resealed((stamp) => {
        const token = another.signedAnew(Buffer.from(stamp.token, 'base64'), 'sound');
        Object.assign(stamp, { token: token.toString('base64'), certificates: another.ca });
      }),
    says: 'it is not what the log says of it',
    openssl: 'refuses',
  },
  'of another history': {
    make: () => resealed((stamp) => stamp.consistency.splice(0, 1)),
    says: 'is of another history',
    openssl: 'takes',
  },
  'that no entry names': {
    make: () => resealed((stamp, { leaf }) => Object.assign(stamp, { leaf })),
    says: 'the entry that is to name it is another one',
    openssl: 'takes',
  },
};

describe('a time stamp is tampering', () => {
  test.each(Object.entries(forged))('%s', async (_, { make, says, openssl }) => {
    const bundle = await make();
    expect(await judged(bundle)).toEqual(red(expect.stringContaining(says)));
    const verify = () => authority.verify(tokenIn(bundle), Buffer.from(stampIn(bundle).note));
    if (openssl === 'takes') verify();
    else expect(verify).toThrow('openssl ts -verify');
  });
});
