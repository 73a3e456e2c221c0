import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type SocketAddress, socketAddress } from '../../../../main/hosts/socket/address.ts';
import { connectSocket } from '../../../../main/hosts/socket/client.ts';
import { type SocketServer, serveSocket } from '../../../../main/hosts/socket/server.ts';
import { readToken, tokenHeader } from '../../../../main/hosts/socket/token.ts';
import { fromTransportError } from '../../../../main/rpc/errors.ts';
import { HoldfastError } from '../../../../shared/errors.ts';
import { contractRouter, type ReceivedCall } from '../../../doubles/contract-router.ts';

const id = '01900000-0000-7000-8000-000000000001';
const now = '2026-09-30T12:00:00.000Z';
const job = {
  id,
  kind: 'data.import',
  state: 'running',
  phase: 'Reading rows',
  done: 0,
  total: 10,
  unit: 'rows',
  tenantId: null,
  requestedBy: null,
  createdAt: now,
  startedAt: null,
  endedAt: null,
  heartbeatAt: null,
  error: null,
  result: null,
};

let folder: string;
let address: SocketAddress;
let server: SocketServer;
let calls: ReceivedCall[];
let watchEnded: Promise<void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast socket %'));
  address = socketAddress(folder, { XDG_RUNTIME_DIR: folder });
  calls = [];
  let ended = () => {};
  watchEnded = new Promise((resolve) => {
    ended = resolve;
  });
  const router = contractRouter({
    'auth.signIn': () => ({ token: 'tkn', operatorId: id, name: 'Ada', role: 'owner', expiresAt: now }),
    'tenants.listTenants': (call) => {
      calls.push(call);
      return { items: [], next: null };
    },
    'tenants.getTenant': () => {
      throw new HoldfastError('NOT_FOUND', 'There is no tenant nobody.', { kind: 'tenant', id: 'nobody' });
    },
    'jobs.getJob': async ({ signal }) => {
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      ended();
      return job;
    },
    'jobs.watchJob': ({ signal }) =>
      (async function* () {
        try {
          for (let done = 0; done < 3; done += 1) yield { ...job, done };
          await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        } finally {
          ended();
        }
      })(),
  });
  server = await serveSocket(router, address);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function raw(headers?: Record<string, string>): Promise<WebSocket> {
  const token = (await readToken(address.tokenFile)) ?? '';
  const socket = new WebSocket('ws://localhost/', {
    createConnection: () => connect(address.path),
    headers: headers ?? { [tokenHeader]: token },
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

const closing = (socket: WebSocket) =>
  new Promise<number>((resolve) => {
    socket.on('error', () => {});
    socket.once('close', resolve);
  });

describe('calls', () => {
  test('carry the session once there is one, and come back typed', async () => {
    const { client, session, close } = await connectSocket(address);
    expect(await client.tenants.listTenants({})).toEqual({ items: [], next: null });
    session.token = (await client.auth.signIn({ passphrase: 'correct horse battery' })).token;
    await client.tenants.listTenants({ limit: 5 });
    expect(calls.map(({ sessionToken }) => sessionToken)).toEqual([undefined, 'tkn']);
    await close();
  });

  test('errors keep code, message and data', async () => {
    const { client, close } = await connectSocket(address);
    const error = await client.tenants.getTenant({ tenant: 'nobody' }).catch(fromTransportError);
    expect(error).toMatchObject({ code: 'NOT_FOUND', data: { kind: 'tenant', id: 'nobody' } });
    const invalid = await client.tenants.getTenant({ tenant: '' }).catch(fromTransportError);
    expect(invalid).toMatchObject({ code: 'VALIDATION' });
    await close();
  });

  test('a stream ends at the core when the caller stops listening', async () => {
    const { client, close } = await connectSocket(address);
    const seen: number[] = [];
    for await (const { done } of await client.jobs.watchJob({ jobId: id })) {
      seen.push(done);
      if (seen.length === 3) break;
    }
    await watchEnded;
    expect(seen).toEqual([0, 1, 2]);
    await close();
  });

  test('an aborted call is aborted at the core', async () => {
    const { client, close } = await connectSocket(address);
    const abort = new AbortController();
    const call = client.jobs.getJob({ jobId: id }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(call).rejects.toThrow();
    await watchEnded;
    await close();
  });

  test('a caller that vanishes ends its calls', async () => {
    const socket = await raw();
    socket.send(JSON.stringify({ i: '1', p: { u: '/jobs/getJob', b: { json: { jobId: id } } } }));
    await sleep(50);
    socket.terminate();
    await watchEnded;
  });

  test('an owner that stops ends its callers with UNAVAILABLE', async () => {
    const { client } = await connectSocket(address);
    const call = client.jobs.getJob({ jobId: id });
    call.catch(() => {});
    await sleep(50);
    await server.close();
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('hostile callers', () => {
  const hostile: readonly (readonly [string, string | Uint8Array])[] = [
    ['no JSON', 'hello'],
    ['a JSON null', 'null'],
    ['binary', new Uint8Array([1, 2, 255, 3])],
    ['no id', '{"p":{"u":"/tenants/listTenants"}}'],
    ['a foreign URL', '{"i":"1","p":{"u":"http://elsewhere/"}}'],
    ['a way up', '{"i":"1","p":{"u":"/tenants/../../x"}}'],
    ['prototype', '{"i":"1","p":{"u":"/tenants/listTenants","h":{"content-disposition":"x"}}}'],
    ['a stream towards the core', '{"i":"1","t":3,"p":{"e":"message","d":1}}'],
    ['deep nesting', `${'['.repeat(100_000)}`],
  ];

  test.each(hostile)('%s closes the connection, others go on', async (_name, frame) => {
    const other = await connectSocket(address);
    const socket = await raw();
    const closed = closing(socket);
    socket.send(frame);
    expect(await closed).toBe(1003);
    expect(await other.client.tenants.listTenants({})).toEqual({ items: [], next: null });
    await other.close();
  });

  test('a message above the bound closes the connection', async () => {
    const socket = await raw();
    const closed = closing(socket);
    socket.send('x'.repeat(17 * 2 ** 20));
    expect([1006, 1009]).toContain(await closed);
  });

  test('an operation that does not exist is an error, not a crash', async () => {
    const socket = await raw();
    const answer = new Promise<string>((resolve) =>
      socket.once('message', (data) => resolve(data.toString())),
    );
    socket.send('{"i":"1","p":{"u":"/tenants/constructor"}}');
    expect(JSON.parse(await answer)).toMatchObject({ i: '1', p: { s: 404 } });
    socket.close();
  });

  test('input nested a million deep is an error, not a crash', async () => {
    const socket = await raw();
    const answer = new Promise<string>((resolve) =>
      socket.once('message', (data) => resolve(data.toString())),
    );
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    const input = `{"tenant":"acme","collection":"c","id":"x","value":${deep}}`;
    socket.send(`{"i":"1","p":{"u":"/tenants/putDocument","b":{"json":${input}}}}`);
    expect(JSON.parse(await answer)).toMatchObject({ p: { b: { json: { code: 'INTERNAL' } } } });
    socket.close();
  });

  test('bytes that are no WebSocket frame close the connection', async () => {
    const token = (await readToken(address.tokenFile)) ?? '';
    const stream = connect(address.path);
    stream.write(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${tokenHeader}: ${token}\r\n\r\n`,
    );
    stream.once('data', () => stream.write(Buffer.alloc(64, 0xff)));
    await new Promise((resolve) => stream.once('close', resolve));
  });

  test.each([
    ['no token', {}],
    ['a wrong token', { [tokenHeader]: 'A'.repeat(43) }],
  ])('%s gets no further than the handshake', async (_name, headers) => {
    await expect(raw(headers)).rejects.toThrow('401');
  });

  test('a browser is refused even with the token', async () => {
    const token = (await readToken(address.tokenFile)) ?? '';
    await expect(raw({ [tokenHeader]: token, origin: 'http://localhost' })).rejects.toThrow('401');
  });

  test('more connections than allowed do not harm those that are open', async () => {
    const { client, close } = await connectSocket(address);
    const streams = Array.from({ length: 100 }, () => connect(address.path).on('error', () => {}));
    await sleep(200);
    expect(await client.tenants.listTenants({})).toEqual({ items: [], next: null });
    for (const stream of streams) stream.destroy();
    await close();
  });
});

describe('the socket itself', () => {
  test('can be reached by its user only, and is gone afterwards', async () => {
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect(mode(address.path)).toBe(0o600);
    expect(mode(address.folder ?? '')).toBe(0o700);
    expect(mode(address.tokenFile)).toBe(0o600);
    await server.close();
    expect([address.path, address.tokenFile].map((path) => existsSync(path))).toEqual([false, false]);
    await expect(connectSocket(address)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('a stale file is taken over, a living one is not', async () => {
    const router = contractRouter({});
    await expect(serveSocket(router, address)).rejects.toMatchObject({ code: 'LOCKED' });
    await server.close();
    writeFileSync(address.path, '');
    const second = await serveSocket(router, address);
    await second.close();
  });

  test('another program on the socket is not taken for the owner', async () => {
    await server.close();
    const stranger = createServer((stream) => stream.resume().end('hello')).listen(address.path);
    writeFileSync(address.tokenFile, 'B'.repeat(43));
    await expect(connectSocket(address)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await new Promise((resolve) => stranger.close(resolve));
  });

  test('a long runtime folder falls back to one that fits', () => {
    const { path } = socketAddress(folder, { XDG_RUNTIME_DIR: `/${'long/'.repeat(30)}` });
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(107);
  });
});
