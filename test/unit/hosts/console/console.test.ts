import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type ConsoleServer, serveConsole } from '../../../../main/hosts/console/serve-console.ts';
import { readAssets } from '../../../../main/hosts/window/assets.ts';
import type { HoldfastClient } from '../../../../main/rpc/client.ts';
import { createRouter } from '../../../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../../../main/suite/enterprise-suite.ts';
import { systemClock } from '../../../../shared/clock.ts';

const transfer = z.object({ id: z.string(), file: z.string() });
const passphrase = 'correct horse battery staple';
let folder: string;
let suite: EnterpriseSuite;
let server: ConsoleServer;
let base: string;
let aheadMicros = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-console-host-'));
  const built = join(folder, 'renderer');
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(built, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__"><p>the page');
  writeFileSync(join(built, 'assets/index-abc.js'), `export const text = '${'the script '.repeat(50)}';`);
  writeFileSync(join(folder, 'secret.js'), 'not for anyone');
  ({ suite } = await EnterpriseSuite.initialise({
    dataFolder: join(folder, 'data'),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
  }));
  server = await serveConsole({
    router: createRouter(suite),
    errors: { report() {} },
    clock: { now: systemClock.now, monotonicMicros: () => systemClock.monotonicMicros() + aheadMicros },
    assets: readAssets(built),
    dataFolder: join(folder, 'data'),
  });
  base = `http://127.0.0.1:${server.port}`;
});
beforeEach(() => {
  aheadMicros = 0;
});
afterAll(async () => {
  await server.close();
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, init: RequestInit = {}) =>
  fetch(`${base}${path}`, { method: 'POST', ...init, headers: { origin: base, ...init.headers } });
const enter = (link: string) =>
  post('/enter', { body: JSON.stringify({ link }), headers: { 'content-type': 'application/json' } });
const secretOf = (link: string) => new URL(link).hash.slice(1);

/** A browser that came in by a link of its own: its Cookie header. */
async function comeIn(): Promise<string> {
  const answer = await enter(secretOf(server.newLink()));
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** The bytes of a request as nobody's library would send them. */
async function raw(request: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(request);
  return await text(socket);
}

function open(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
    socket.once('error', () => resolve(0));
  });
}

async function connected(cookie: string): Promise<{ client: HoldfastClient; socket: WebSocket }> {
  const socket = await open({ cookie, origin: base });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  const client: HoldfastClient = createORPCClient(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  );
  return { client, socket };
}

describe('the one-time link', () => {
  test('lets in once', async () => {
    const link = server.newLink();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/enter#[A-Za-z0-9_-]{43}$/);
    const first = await enter(secretOf(link));
    expect(first.status).toBe(204);
    expect(first.headers.get('set-cookie')).toMatch(
      /^holdfast-[0-9a-f]{6}=[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
    );
    const second = await enter(secretOf(link));
    expect(second.status).toBe(401);
    expect(await second.json()).toMatchObject({ data: { reason: 'link-used-or-expired' } });
    expect(second.headers.get('set-cookie')).toBeNull();
  });

  test('is of no use after ten minutes', async () => {
    const link = server.newLink();
    aheadMicros = 10 * 60_000_000 + 1;
    expect((await enter(secretOf(link))).status).toBe(401);
  });

  test('cannot be guessed at, and odd ones are only refused', async () => {
    for (const link of ['', 'A'.repeat(43), 'A'.repeat(300)]) {
      expect([400, 401]).toContain((await enter(link)).status);
    }
    for (const body of ['', '{', '[]', `{"link":${'['.repeat(10_000)}`, 'x'.repeat(10 * 2 ** 20)]) {
      expect((await post('/enter', { body })).status).toBe(400);
    }
  });

  test('a cookie is known for 12 hours', async () => {
    const cookie = await comeIn();
    expect((await fetch(`${base}/session`, { headers: { cookie } })).status).toBe(204);
    aheadMicros = 12 * 3_600_000_000 + 1;
    expect((await fetch(`${base}/session`, { headers: { cookie } })).status).toBe(401);
  });
});

describe('other sites and other names', () => {
  test('a name bound to this machine’s address is refused (DNS rebinding)', async () => {
    const cookie = await comeIn();
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '', '10.0.0.1']) {
      const answer = await raw(
        `GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (421|400)/);
      expect(answer).not.toContain('the page');
    }
    for (const host of ['localhost:9', '127.0.0.1:4127', '[::1]:80', 'localhost']) {
      const answer = await raw(
        `GET / HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200/);
    }
  });

  test('another site’s page can change nothing', async () => {
    const cookie = await comeIn();
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', `${base}.evil.example`]) {
      expect((await post('/enter', { body: '{}', headers: { origin } })).status).toBe(403);
      expect((await post('/transfers/uploads', { body: 'x', headers: { origin, cookie } })).status).toBe(403);
      expect(await open({ cookie, origin })).toBe(403);
    }
    expect((await fetch(`${base}/enter`, { method: 'POST', body: '{}' })).status).toBe(403);
    expect((await fetch(`${base}/`, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect(await open({ cookie })).toBe(403);
  });

  test('without a cookie of ours there is no connection', async () => {
    expect(await open({ origin: base })).toBe(401);
    const cookie = await comeIn();
    const [name] = cookie.split('=');
    expect(await open({ origin: base, cookie: `${name}=${'A'.repeat(43)}` })).toBe(401);
    expect(
      await open({ origin: base, cookie: cookie.replace(/^holdfast-[0-9a-f]{6}/, 'holdfast-000000') }),
    ).toBe(401);
    expect(await open({ origin: base, cookie }, '/other')).toBe(404);
  });

  test('it listens on loopback only', async () => {
    const outer = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outer) {
      const refused = await new Promise((resolve) => {
        const socket = connect(server.port, address);
        socket.once('connect', () => resolve('connected'));
        socket.once('error', ({ message }) => resolve(message));
      });
      expect(refused).toContain('ECONNREFUSED');
    }
    const listening = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => state === '0A' && local.endsWith(hex(server.port)));
    expect(listening.map(([, local]) => local)).toEqual([`0100007F:${hex(server.port)}`]);
  });
});

const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');

describe('the page and its files', () => {
  test('any address of the page gives the page, with a nonce of its own and every header', async () => {
    const page = async (path: string) =>
      await fetch(`${base}${path}`, { headers: { accept: 'text/html,*/*' } });
    const [first, second] = [await page('/'), await page('/tenants/abc/data')];
    const nonce = /content="([^"]+)"/.exec(await first.text())?.[1] ?? '';
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(await second.text()).not.toContain(nonce);
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    const policy = first.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        `connect-src 'self' ws://127.0.0.1:${server.port}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]),
    );
    expect(policy).not.toContain('unsafe');
  });

  test('a built file, small where that is understood', async () => {
    const small = await fetch(`${base}/assets/index-abc.js`, { headers: { 'accept-encoding': 'br' } });
    const plain = await fetch(`${base}/assets/index-abc.js`, { headers: { 'accept-encoding': 'identity' } });
    expect([small.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual([
      'br',
      null,
    ]);
    expect(await small.text()).toBe(await plain.text());
    expect(plain.headers.get('cache-control')).toContain('immutable');
  });

  test('nothing outside of the built files, however it is asked for', async () => {
    for (const path of [
      '/../secret.js',
      '/..%2fsecret.js',
      '/%2e%2e/secret.js',
      '/assets/../../secret.js',
      '/assets/..%5c..%5csecret.js',
      '//secret.js',
      '/assets/index-abc.js%00.html',
      'http://127.0.0.1/../secret.js',
      '/assets/',
    ]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).not.toContain('not for anyone');
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    }
  });
});

describe('calls of a window', () => {
  test('the page never sees the token, and every tab of the browser is signed in', async () => {
    const cookie = await comeIn();
    const [one, two] = [await connected(cookie), await connected(cookie)];
    await expect(one.client.auth.getSession({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const session = await one.client.auth.signIn({ passphrase });
    expect(session).toMatchObject({ name: 'Ada', token: null });
    expect(await two.client.auth.getSession({})).toMatchObject({ name: 'Ada', role: 'owner' });
    const other = await connected(await comeIn());
    await expect(other.client.auth.getSession({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await two.client.auth.signOut({});
    await expect(one.client.auth.getSession({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    for (const { socket } of [one, two, other]) socket.close();
  });

  test('a fresh proof ends the session before it', async () => {
    const { client, socket } = await connected(await comeIn());
    await client.auth.signIn({ passphrase });
    await client.auth.signIn({ passphrase });
    await expect
      .poll(async () => {
        const { items } = await client.audit.getAuditTrail({ action: 'auth.sign-out', limit: 1000 });
        return items.length;
      })
      .toBeGreaterThan(0);
    expect(await client.auth.getSession({})).toMatchObject({ name: 'Ada' });
    socket.close();
  });

  test('what is no message of the protocol ends the connection', async () => {
    const cookie = await comeIn();
    const headers = { i: '1', p: { u: '/auth/getSession', h: { authorization: 'Bearer x' } } };
    for (const message of ['', '{', '[]', '{"i":"1"}', JSON.stringify(headers), Buffer.from([1, 2])]) {
      const { socket } = await connected(cookie);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.send(message);
      expect(await closed).toBe(1003);
    }
    const { socket } = await connected(cookie);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(17 * 2 ** 20));
    expect(await closed).toBe(1009);
  });
});

describe('files on their way', () => {
  const spooled = () =>
    readdirSync(tmpdir())
      .filter((name) => name.startsWith('holdfast-transfers-'))
      .flatMap((name) => readdirSync(join(tmpdir(), name)));

  async function signedIn(): Promise<string> {
    const cookie = await comeIn();
    const { client, socket } = await connected(cookie);
    await client.auth.signIn({ passphrase });
    socket.close();
    return cookie;
  }

  test('are taken from and given to signed-in windows only', async () => {
    const cookie = await comeIn();
    const answers = [
      await post('/transfers/uploads', { body: 'x', headers: { cookie } }),
      await post('/transfers/downloads', { body: '{"name":"x"}', headers: { cookie } }),
      await fetch(`${base}/transfers/downloads/x`, { headers: { cookie } }),
      await post('/transfers/uploads', { body: 'x' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  test('come in whole and go when they are discarded', async () => {
    const cookie = await signedIn();
    const body = 'a line\n'.repeat(200_000);
    const answer = await post('/transfers/uploads', {
      body,
      headers: { cookie, 'x-file-name': 'caf%C3%A9.jsonl' },
    });
    const { id, file } = transfer.parse(await answer.json());
    expect(readFileSync(file, 'utf8')).toBe(body);
    const other = await signedIn();
    await fetch(`${base}/transfers/uploads/${id}`, {
      method: 'DELETE',
      headers: { cookie: other, origin: base },
    });
    expect(spooled()).toContain(id);
    await fetch(`${base}/transfers/uploads/${id}`, { method: 'DELETE', headers: { cookie, origin: base } });
    expect(spooled()).not.toContain(id);
  });

  test('one that breaks off leaves nothing', async () => {
    const cookie = await signedIn();
    const before = spooled();
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `POST /transfers/uploads HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${base}\r\nCookie: ${cookie}\r\nContent-Length: 1000000\r\n\r\nsome of it`,
    );
    await expect.poll(() => spooled().length).toBeGreaterThan(before.length);
    socket.destroy();
    await expect.poll(() => spooled()).toEqual(before);
  });

  test('go out once, under a name that can do no harm', async () => {
    const cookie = await signedIn();
    const answer = await post('/transfers/downloads', {
      body: JSON.stringify({ name: '../../"x\r\nSet-Cookie: a=b\u202Egnp.é' }),
      headers: { cookie },
    });
    const { id, file } = transfer.parse(await answer.json());
    const take = () => fetch(`${base}/transfers/downloads/${id}`, { headers: { cookie } });
    expect((await take()).status).toBe(404);
    writeFileSync(file, 'exported');
    const taken = await take();
    expect(taken.headers.get('content-disposition')).toBe(
      `attachment; filename="_xSet-Cookie_ a_bgnp._"; filename*=UTF-8''%22xSet-Cookie%3A%20a%3Dbgnp.%C3%A9`,
    );
    expect(taken.headers.get('set-cookie')).toBeNull();
    expect(await taken.text()).toBe('exported');
    await expect.poll(() => spooled()).not.toContain(id);
    expect((await take()).status).toBe(404);
  });

  test('are bounded in number', async () => {
    const cookie = await signedIn();
    const statuses = [];
    for (let at = 0; at < 33; at += 1) {
      const answer = await post('/transfers/downloads', { body: '{"name":"x"}', headers: { cookie } });
      statuses.push(answer.status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(32);
    expect(statuses.at(-1)).toBe(409);
  });
});
