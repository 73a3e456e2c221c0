import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { type ConsoleServer, serveConsole } from '../../../../main/hosts/console/serve-console.ts';
import { readAssets } from '../../../../main/hosts/window/assets.ts';
import { systemClock } from '../../../../shared/clock.ts';
import { Browser } from '../../../doubles/browser.ts';
import { builtRenderer } from '../../../doubles/built-renderer.ts';
import type { ReceivedCall } from '../../../doubles/contract-router.ts';
import { ErrorList } from '../../../doubles/error-list.ts';
import { temporaryFolder } from '../../../doubles/temporary-folder.ts';
import { WindowRouter } from '../../../doubles/window-router.ts';

let host: WindowRouter;
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
  errors = new ErrorList();
  const assets = readAssets(builtRenderer(temporaryFolder()));
  place = temporaryFolder();
  vi.stubEnv('TMPDIR', place);
  server = await serveConsole({
    router: host.router,
    errors,
    clock: systemClock,
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

/** Answers the socket over which somebody signed in. */
async function signIn(browser: Browser): Promise<WebSocket> {
  const socket = await browser.socket();
  await call(socket, '/auth/signIn', { passphrase: 'correct horse battery' });
  return socket;
}

const patience = { timeout: 20_000 };
const uploaded = z.object({ id: z.string(), file: z.string() });
const spooled = () => readdirSync(place, { recursive: true, encoding: 'utf8' });

/** Beside console.test.ts, which has a real installation behind it: what is odd, slow or ends. */
describe('requests that are not our page’s', () => {
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
  test('nothing behind a malformed message is done any more', async () => {
    const socket = await (await entered()).socket();
    const end = closing(socket);
    socket.send('{');
    socket.send(JSON.stringify({ i: '1', p: { u: '/tenants/listTenants', b: { json: {} } } }));
    expect(await end).toBe(1003);
    expect(calls).toEqual([]);
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
    const socket = await signIn(browser);
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
    const socket = await signIn(browser);
    const before = spooled();
    const head = `POST /transfers/uploads HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${browser.origin}\r\nCookie: ${browser.cookie}\r\n`;
    const stream = connect(server.port, '127.0.0.1', () => stream.write(head + rest));
    await expect.poll(spooled, patience).toContainEqual(expect.stringMatching(/content$/));
    stream.destroy();
    await expect.poll(spooled, patience).toEqual(before);
    expect(errors.reported).toEqual([]);
    socket.close();
  });
});

describe('the host', () => {
  test('says which port is taken', async () => {
    const second = serveConsole({
      router: host.router,
      errors,
      clock: systemClock,
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
    const socket = await signIn(browser);
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
      const socket = await signIn(browser);
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
