import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { type ConsoleServer, serveConsole } from '../../../../main/hosts/console/serve-console.ts';
import { readAssets } from '../../../../main/hosts/window/assets.ts';
import { Browser } from '../../../doubles/browser.ts';
import { builtRenderer } from '../../../doubles/built-renderer.ts';
import type { ReceivedCall } from '../../../doubles/contract-router.ts';
import { ErrorList } from '../../../doubles/error-list.ts';
import { MovingClock } from '../../../doubles/moving-clock.ts';
import { temporaryFolder } from '../../../doubles/temporary-folder.ts';
import { WindowRouter } from '../../../doubles/window-router.ts';

let host: WindowRouter;
let clock: MovingClock;
let errors: ErrorList;
let place: string;
let server: ConsoleServer;
let calls: ReceivedCall[];
let closed = false;

beforeEach(async () => {
  calls = [];
  host = new WindowRouter({
    'tenants.listTenants': (call) => {
      calls.push(call);
      return { items: [], next: null };
    },
  });
  clock = new MovingClock();
  errors = new ErrorList();
  const assets = readAssets(builtRenderer(temporaryFolder()));
  place = temporaryFolder();
  vi.stubEnv('TMPDIR', place);
  server = await serveConsole({
    router: host.router,
    errors,
    clock,
    assets,
    dataFolder: '/data',
  });
  closed = false;
});
afterEach(async () => {
  if (!closed) await server.close();
  vi.unstubAllEnvs();
});

async function stop(): Promise<void> {
  closed = true;
  await server.close();
}

async function entered(): Promise<Browser> {
  const browser = new Browser(server);
  await browser.enter(server.newLink());
  return browser;
}

/** One call over the contract's socket, as its text and the text of its answer. */
function call(socket: WebSocket, url: string, input: object = {}): Promise<string> {
  const answer = new Promise<string>((resolve, reject) => {
    socket.once('message', (data) => resolve(data.toString()));
    socket.once('close', (code) => reject(new Error(`closed ${code}`)));
  });
  socket.send(JSON.stringify({ i: '1', p: { u: url, b: { json: input } } }));
  return answer;
}

const closing = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));
const signIn = async (browser: Browser) => {
  const socket = await browser.socket();
  return { socket, answer: await call(socket, '/auth/signIn', { passphrase: 'correct horse battery' }) };
};
const uploaded = z.object({ id: z.string(), file: z.string() });
const spooled = () => readdirSync(place, { recursive: true, encoding: 'utf8' });
const refused = z.object({ code: z.string(), data: z.record(z.string(), z.unknown()) });

describe('a one-time link', () => {
  test('lets a browser in once', async () => {
    const link = server.newLink();
    expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/enter#[A-Za-z0-9_-]{43}$`));
    const [first, second] = [new Browser(server), new Browser(server)];
    expect((await first.enter(link)).status).toBe(204);
    const again = await second.enter(link);
    expect([again.status, again.headers['set-cookie'], refused.parse(JSON.parse(again.text))]).toEqual([
      401,
      undefined,
      { code: 'UNAUTHENTICATED', data: { reason: 'link-used-or-expired' } },
    ]);
    expect((await first.ask('/session')).status).toBe(204);
    expect((await second.ask('/session')).status).toBe(401);
  });

  test('is too old after ten minutes', async () => {
    const link = server.newLink();
    clock.pass(10 * 60_000);
    expect((await new Browser(server).enter(link)).status).toBe(401);
  });

  test.each([
    ['another secret', JSON.stringify({ link: 'A'.repeat(43) }), 401],
    ['a long secret', JSON.stringify({ link: 'A'.repeat(10_000) }), 400],
    ['no secret', '{}', 400],
    ['no JSON', 'link=x', 400],
    ['10 MB', 'x'.repeat(10 * 2 ** 20), 400],
  ])('%s is refused, and the link still good', async (_, body, status) => {
    const link = server.newLink();
    const browser = new Browser(server);
    expect((await browser.ask('/enter', { method: 'POST', body })).status).toBe(status);
    expect((await browser.enter(link)).status).toBe(204);
  });

  test('and the page it leads to, are told to nobody: the secret is in no request', async () => {
    const page = await new Browser(server).ask('/enter', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers['referrer-policy']]).toEqual([200, 'no-referrer']);
  });
});

describe('requests that are not our page’s', () => {
  test.each(['evil.example', 'evil.example:80', '192.168.0.1'])('Host %j', async (name) => {
    const browser = await entered();
    for (const path of ['/', '/session', '/assets/index-Ab12cd34.js']) {
      const answer = await browser.ask(path, { headers: { host: name, accept: 'text/html' } });
      expect([answer.status, answer.text.split('\n').length]).toEqual([421, 2]);
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
    const refusal = browser.socket({ host: name, origin: `http://${name}` });
    await expect(refusal).rejects.toThrow('421');
  });

  test.each(['http://evil.example', 'http://localhost:1', 'null'])('Origin %j', async (origin) => {
    const browser = await entered();
    const link = new URL(server.newLink()).hash.slice(1);
    const body = JSON.stringify({ link });
    expect((await browser.ask('/enter', { method: 'POST', body, headers: { origin } })).status).toBe(403);
    expect((await browser.ask('/session', { headers: { origin } })).status).toBe(403);
    await expect(browser.socket({ origin })).rejects.toThrow('403');
  });

  test.each(['Host: \r\n', '', 'Host: a\r\nHost: 127.0.0.1\r\n'])('Host lines %j', async (lines) => {
    const answer = await new Browser(server).raw(`GET / HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|21) /);
  });

  test('no Origin where one has to be', async () => {
    const browser = await entered();
    const raw = await browser.raw(
      `POST /enter HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    );
    expect(raw).toContain('HTTP/1.1 403 Forbidden');
    const upgrade = await browser.raw(
      `GET /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${browser.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    expect(upgrade).toContain('HTTP/1.1 403 Forbidden');
  });

  test('Sec-Fetch-Site of another site', async () => {
    const browser = await entered();
    const status = async (site: string) =>
      (await browser.ask('/session', { headers: { 'sec-fetch-site': site } })).status;
    expect([await status('cross-site'), await status('same-site'), await status('same-origin')]).toEqual([
      403, 403, 204,
    ]);
    await expect(browser.socket({ 'sec-fetch-site': 'cross-site' })).rejects.toThrow('403');
  });

  test('no cookie, or one that this host did not give', async () => {
    const [stranger, forged] = [new Browser(server), new Browser(server)];
    const name = (await entered()).cookie.split('=')[0];
    forged.cookie = `${name}=${'A'.repeat(43)}`;
    for (const browser of [stranger, forged]) {
      await expect(browser.socket()).rejects.toThrow('401');
      expect((await browser.ask('/transfers/uploads', { method: 'POST', body: 'x' })).status).toBe(401);
    }
  });

  test('a socket anywhere else', async () => {
    const browser = await entered();
    const raw = await browser.raw(
      `GET /other HTTP/1.1\r\nHost: 127.0.0.1:1\r\nOrigin: http://127.0.0.1:1\r\nCookie: ${browser.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(raw).toContain('HTTP/1.1 404 Not Found');
  });

  test.each([
    'GET /..%2f..%2fetc/passwd HTTP/1.1',
    'GET /../../../etc/passwd HTTP/1.1',
    'GET //etc/passwd HTTP/1.1',
    'GET http://evil.example/etc/passwd HTTP/1.1',
    'GET file:///etc/passwd HTTP/1.1',
    'GET /assets/%00 HTTP/1.1',
    'GET /%ff%fe HTTP/1.1',
    'GET /assets/..\\..\\package.json HTTP/1.1',
    'GET * HTTP/1.1',
    'CONNECT 127.0.0.1:22 HTTP/1.1',
    'TRACE / HTTP/1.1',
    'GET / HTTP/0.9',
    'nonsense',
  ])('%j reads nothing and harms nobody', async (line) => {
    const browser = new Browser(server);
    const answer = await browser.raw(`${line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(answer).not.toMatch(/root:|HTTP\/1\.1 (2|5)/);
    expect((await browser.ask('/', { headers: { accept: 'text/html' } })).status).toBe(200);
    expect(errors.reported).toEqual([]);
  });

  test('headers without end are cut off', async () => {
    const answer = await new Browser(server).raw(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toContain('431');
  });
});

describe('the contract over the socket', () => {
  test('the page never sees the token, and calls with it all the same', async () => {
    const browser = await entered();
    const { socket, answer } = await signIn(browser);
    expect(JSON.parse(answer)).toMatchObject({ p: { b: { json: { token: null, name: 'Ada' } } } });
    expect(answer).not.toContain('token-1');
    await call(socket, '/tenants/listTenants');
    expect(calls.map(({ sessionToken }) => sessionToken)).toEqual(['token-1']);
    socket.close();
  });

  test('two tabs of one browser are one session, another browser is another', async () => {
    const [browser, other] = [await entered(), await entered()];
    const { socket } = await signIn(browser);
    const [tab, stranger] = [await browser.socket(), await other.socket()];
    await call(tab, '/tenants/listTenants');
    await call(stranger, '/tenants/listTenants');
    expect(calls.map(({ sessionToken }) => sessionToken)).toEqual(['token-1', undefined]);
    await call(tab, '/auth/signOut');
    await call(socket, '/tenants/listTenants');
    expect(calls.at(-1)?.sessionToken).toBeUndefined();
    for (const open of [socket, tab, stranger]) open.close();
  });

  test('a page that shows a token of its own is cut off', async () => {
    const browser = await entered();
    const socket = await browser.socket();
    const end = closing(socket);
    const url = '/tenants/listTenants';
    socket.send(JSON.stringify({ i: '1', p: { u: url, h: { authorization: 'Bearer x' } } }));
    expect(await end).toBe(1003);
    expect(calls).toEqual([]);
  });

  test('nothing behind a malformed message is done any more', async () => {
    const socket = await (await entered()).socket();
    const end = closing(socket);
    socket.send('{');
    socket.send(JSON.stringify({ i: '1', p: { u: '/tenants/listTenants', b: { json: {} } } }));
    expect(await end).toBe(1003);
    expect(calls).toEqual([]);
  });

  test.each([
    ['binary', new Uint8Array([1, 2, 3]), [1003]],
    ['nested without end', '['.repeat(100_000), [1003]],
    ['above the bound', 'x'.repeat(17 * 2 ** 20), [1006, 1009]],
  ])('a message that is %s ends its socket, others go on', async (_, message, codes) => {
    const browser = await entered();
    const [socket, other] = [await browser.socket(), await browser.socket()];
    const end = closing(socket);
    socket.on('error', () => {});
    socket.send(message);
    expect(codes).toContain(await end);
    expect(JSON.parse(await call(other, '/tenants/listTenants'))).toMatchObject({ i: '1' });
    other.close();
  });

  test('10 MB of text are an error of the contract', async () => {
    const socket = await (await entered()).socket();
    const answer = await call(socket, '/tenants/getTenant', { tenant: 'x'.repeat(10 * 2 ** 20) });
    expect(JSON.parse(answer)).toMatchObject({ p: { b: { json: { code: 'VALIDATION' } } } });
    socket.close();
  });
});

describe('files', () => {
  test('10 MB come and go whole', async () => {
    const browser = await entered();
    const { socket } = await signIn(browser);
    const body = Buffer.alloc(10 * 2 ** 20, 'holdfast ');
    const sent = await browser.ask('/transfers/uploads', { method: 'POST', body });
    const { id, file } = uploaded.parse(JSON.parse(sent.text));
    expect(existsSync(file)).toBe(true);
    const back = await browser.ask(`/transfers/downloads/${id}`);
    expect(Buffer.from(back.text).equals(body)).toBe(true);
    socket.close();
  });

  test.each([
    ['with its length', 'Content-Length: 1000000\r\n\r\nhalf of it'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('an upload %s that breaks off leaves nothing', async (_, rest) => {
    const browser = await entered();
    const { socket } = await signIn(browser);
    const before = spooled();
    const head = `POST /transfers/uploads HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${browser.origin}\r\nCookie: ${browser.cookie}\r\n`;
    const stream = connect(server.port, '127.0.0.1', () => stream.write(head + rest));
    await vi.waitFor(() => expect(spooled().some((name) => name.endsWith('content'))).toBe(true));
    stream.destroy();
    await vi.waitFor(() => expect(spooled()).toEqual(before));
    expect(errors.reported).toEqual([]);
    socket.close();
  });

  test('an export that was prepared goes out under its name', async () => {
    const browser = await entered();
    const { socket } = await signIn(browser);
    const body = JSON.stringify({ name: '../a"\r\nb.csv' });
    const prepared = await browser.ask('/transfers/downloads', { method: 'POST', body });
    const { id, file } = uploaded.parse(JSON.parse(prepared.text));
    writeFileSync(file, 'a,b');
    const taken = await browser.ask(`/transfers/downloads/${id}`);
    expect([taken.text, taken.headers['content-disposition']]).toEqual([
      'a,b',
      `attachment; filename="a_b.csv"; filename*=UTF-8''a%22b.csv`,
    ]);
    expect((await (await entered()).ask(`/transfers/downloads/${id}`)).status).toBe(401);
    await vi.waitFor(() => expect(existsSync(dirname(file))).toBe(false));
    socket.close();
  });
});

describe('the host', () => {
  test('listens on loopback and nowhere else', async () => {
    const addresses = Object.values(networkInterfaces())
      .flatMap((found) => found ?? [])
      .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address));
    const reached: string[] = [];
    for (const address of [...addresses, '127.0.0.2', '::1']) {
      const open = await new Promise<boolean>((resolve) => {
        const probe = connect(server.port, address, () => resolve(true)).once('error', () => resolve(false));
        probe.once('connect', () => probe.destroy());
      });
      if (open) reached.push(address);
    }
    expect(reached).toEqual(['127.0.0.1']);
  });

  test('says which port is taken', async () => {
    const second = serveConsole({
      router: host.router,
      errors,
      clock,
      assets: { page: '', files: new Map() },
      dataFolder: '/data',
      port: server.port,
    });
    await expect(second).rejects.toMatchObject({
      code: 'IO',
      message: expect.stringContaining(String(server.port)),
    });
    expect(spooled()).toHaveLength(1);
  });

  test('that stops signs out, closes its sockets and leaves nothing', async () => {
    const browser = await entered();
    const { socket } = await signIn(browser);
    const silent = connect(server.port, '127.0.0.1').on('error', () => {});
    await browser.ask('/transfers/uploads', { method: 'POST', body: 'x' });
    const end = closing(socket);
    await stop();
    expect(await end).toBe(1001);
    expect([...host.sessions]).toEqual([]);
    expect(spooled()).toEqual([]);
    silent.destroy();
    await expect(browser.ask('/session')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each(['POST /enter', 'GET /session', 'POST /transfers/downloads'])(
    'does not wait for the rest of %s',
    async (line) => {
      const browser = await entered();
      const { socket } = await signIn(browser);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const stream = connect(server.port, '127.0.0.1').on('error', () => {});
      const begun = new Promise((resolve) => stream.once('data', resolve));
      const ended = new Promise((resolve) => stream.once('close', resolve));
      stream.write(
        `${line} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${browser.origin}\r\nCookie: ${browser.cookie}\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n`,
      );
      await begun;
      vi.advanceTimersByTime(10_000);
      await ended;
      vi.useRealTimers();
      socket.close();
    },
  );

  test('goes on while connections come that say nothing', async () => {
    const silent = Array.from({ length: 200 }, () => connect(server.port, '127.0.0.1').on('error', () => {}));
    const browser = await entered();
    expect((await browser.ask('/session')).status).toBe(204);
    for (const stream of silent) stream.destroy();
  });
});
