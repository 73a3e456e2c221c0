import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readAssets } from '../../../../main/hosts/window/assets.ts';
import { Transfers } from '../../../../main/hosts/window/transfers.ts';
import { windowApp } from '../../../../main/hosts/window/window-app.ts';
import { WindowSession } from '../../../../main/hosts/window/window-session.ts';
import { builtRenderer } from '../../../doubles/built-renderer.ts';
import { ErrorList } from '../../../doubles/error-list.ts';
import { temporaryFolder } from '../../../doubles/temporary-folder.ts';
import { WindowRouter } from '../../../doubles/window-router.ts';

let transfers: Transfers;
let errors: ErrorList;
let window: WindowSession | null;
let ask: (path: string, init?: RequestInit) => Promise<Response>;

beforeEach(async () => {
  const { router, sessions } = new WindowRouter();
  transfers = new Transfers(temporaryFolder());
  errors = new ErrorList();
  sessions.add('token-0');
  const known = new WindowSession(router, errors);
  known.context().keepSession?.('token-0');
  window = known;
  const app = windowApp({
    assets: readAssets(builtRenderer(temporaryFolder())),
    transfers,
    errors,
    sessionOf: () => window,
    socketOf: () => 'ws://127.0.0.1:4127',
    notifications: 'unsupported',
  });
  ask = async (path, init) => await app.fetch(new Request(`http://127.0.0.1:4127${path}`, init));
});
afterEach(() => transfers.close());

const html = { headers: { accept: 'text/html,application/xhtml+xml' } };
const transferForm = z.object({ id: z.string(), file: z.string() });
const errorForm = z.object({ code: z.string(), message: z.string(), data: z.unknown() });
const prepare = async (name: string) =>
  transferForm.parse(
    await (await ask('/transfers/downloads', { method: 'POST', body: JSON.stringify({ name }) })).json(),
  );

describe('the page', () => {
  test('has a fresh nonce in its policy and in its markup', async () => {
    const nonces = new Set<string>();
    for (let count = 0; count < 3; count += 1) {
      const answer = await ask('/', html);
      const policy = answer.headers.get('content-security-policy') ?? '';
      const nonce = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(policy)?.[1] ?? 'none';
      expect(await answer.text()).toContain(`<meta name="csp-nonce" content="${nonce}">`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  test('says whether its host tells of alerts by notifications', async () => {
    expect(await (await ask('/', html)).text()).toContain(
      '<meta name="notifications" content="unsupported">',
    );
  });

  test('goes with these headers', async () => {
    const { headers } = await ask('/', html);
    const told = Object.fromEntries(headers);
    told['content-security-policy'] =
      told['content-security-policy']?.replace(/nonce-[^']+/, 'nonce-N') ?? '';
    expect(told).toMatchInlineSnapshot(`
      {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws://127.0.0.1:4127; frame-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'",
        "content-type": "text/html; charset=utf-8",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      }
    `);
  });

  test.each(['/', '/enter', '/tenants/acme/people', '/a%2fb'])('is the answer to %s', async (path) => {
    expect(await (await ask(path, html)).text()).toContain('<title>Stub</title>');
    expect((await ask(path, { headers: { accept: 'application/json' } })).status).toBe(404);
  });

  test.each([
    '/index.html',
    '/assets/index-Ab12cd34.js.map',
    '/assets/../index.html',
    '/..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd.txt',
    '/assets/..%5c..%5cpackage.json',
    '/assets/index-Ab12cd34.js%00.css',
    '/assets//index-Ab12cd34.js',
    '//etc/hosts.conf',
    '/favicon.ico',
    '/__proto__.js',
  ])('%s is nothing', async (path) => {
    const answer = await ask(path, html);
    expect(answer.status).toBe(404);
    expect(errorForm.parse(await answer.json())).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'])('%s does nothing', async (method) => {
    expect((await ask('/', { ...html, method })).status).toBe(404);
  });
});

describe('assets', () => {
  test.each([
    ['br, gzip', 'br'],
    ['gzip, deflate', 'gzip'],
    ['identity', null],
  ])('go to whoever accepts %j as %j', async (accepted, encoding) => {
    const { headers } = await ask('/assets/index-Ab12cd34.js', { headers: { 'accept-encoding': accepted } });
    expect(headers.get('content-encoding')).toBe(encoding);
    expect(headers.get('vary')).toBe('accept-encoding');
  });

  test('are kept for ever only where another content has another name', async () => {
    const kept = async (path: string) => (await ask(path)).headers.get('cache-control');
    expect(await kept('/assets/index-Ab12cd34.css')).toBe('public, max-age=31536000, immutable');
    expect(await kept('/icon.svg')).toBe('no-store');
  });
});

test.each(['/', '/assets/index-Ab12cd34.js', '/nowhere.js', '/session', '/transfers/downloads/x'])(
  'nothing that %s answers is sniffed, embedded or told to others',
  async (path) => {
    const { headers } = await ask(path, html);
    const names = [
      'x-content-type-options',
      'referrer-policy',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
    ];
    expect(names.map((name) => headers.get(name))).toEqual([
      'nosniff',
      'no-referrer',
      'same-origin',
      'same-origin',
    ]);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('permissions-policy')).toContain('camera=()');
  },
);

describe('transfers', () => {
  test('an upload is taken under its display name and can be discarded', async () => {
    const sent = await ask('/transfers/uploads', {
      method: 'POST',
      body: 'content',
      headers: { 'x-file-name': encodeURIComponent('Zoë.jsonl') },
    });
    const { id } = transferForm.parse(await sent.json());
    if (window === null) throw new Error('no window');
    const { name, size, file } = await transfers.open(window, id);
    await file.close();
    expect([name, size]).toEqual(['Zoë.jsonl', 7]);
    expect((await ask(`/transfers/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);
    await expect(transfers.open(window, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a download goes out once, as an attachment', async () => {
    const { id, file } = await prepare('a"\r\nx: y/Ergebnis \u{1f600}.csv');
    expect((await ask(`/transfers/downloads/${id}`)).status).toBe(404);
    writeFileSync(file, 'a,b\n');
    const answer = await ask(`/transfers/downloads/${id}`);
    const told = ['content-type', 'content-length', 'content-disposition', 'x'].map((name) =>
      answer.headers.get(name),
    );
    expect(told).toEqual([
      'application/octet-stream',
      '4',
      `attachment; filename="Ergebnis __.csv"; filename*=UTF-8''Ergebnis%20%F0%9F%98%80.csv`,
      null,
    ]);
    expect(await answer.text()).toBe('a,b\n');
    const again = async () => (await ask(`/transfers/downloads/${id}`)).status;
    await expect.poll(again, { timeout: 20_000 }).toBe(404);
  });

  test('asking for its headers only takes nothing away', async () => {
    const { id, file } = await prepare('x.csv');
    writeFileSync(file, 'a,b\n');
    const head = await ask(`/transfers/downloads/${id}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '4', '']);
    expect(await (await ask(`/transfers/downloads/${id}`)).text()).toBe('a,b\n');
  });

  test.each([
    ['no JSON', 'name'],
    ['no name', '{}'],
    ['too much', JSON.stringify({ name: 'x', more: 'x'.repeat(20_000) })],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe])],
  ])('a request with %s is refused', async (_, body) => {
    const answer = await ask('/transfers/downloads', { method: 'POST', body });
    expect([answer.status, errorForm.parse(await answer.json()).code]).toEqual([400, 'VALIDATION']);
  });

  test('a name that is not percent-encoded is refused', async () => {
    const answer = await ask('/transfers/uploads', {
      method: 'POST',
      body: 'x',
      headers: { 'x-file-name': '%zz' },
    });
    expect(answer.status).toBe(400);
  });

  const asked: readonly (readonly [string, string])[] = [
    ['POST', '/transfers/uploads'],
    ['DELETE', '/transfers/uploads/x'],
    ['POST', '/transfers/downloads'],
    ['GET', '/transfers/downloads/x'],
  ];

  test.each(asked)('%s %s is for whoever has signed in', async (method, path) => {
    for (const nobody of [null, new WindowSession(new WindowRouter().router, errors)]) {
      window = nobody;
      const answer = await ask(path, { method });
      expect([answer.status, errorForm.parse(await answer.json()).code]).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  test('what nobody foresaw is told to the log only', async () => {
    const { id, file } = await prepare('x.csv');
    writeFileSync(file, 'x');
    vi.spyOn(transfers, 'open').mockRejectedValue(new Error(`EACCES ${file}`));
    const answer = await ask(`/transfers/downloads/${id}`);
    const text = await answer.text();
    expect([answer.status, text.includes(file)]).toEqual([500, false]);
    expect(errors.reported).toHaveLength(1);
  });
});

test('a window that was let in can ask whether it was', async () => {
  expect((await ask('/session')).status).toBe(204);
  window = null;
  expect((await ask('/session')).status).toBe(401);
});
