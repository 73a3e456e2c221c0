import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ConsoleServer, serveConsole } from '../../../../main/hosts/console/serve-console.ts';
import { readAssets } from '../../../../main/hosts/window/assets.ts';
import { systemClock } from '../../../../shared/clock.ts';
import { builtRenderer } from '../../../doubles/built-renderer.ts';
import { ErrorList } from '../../../doubles/error-list.ts';
import { temporaryFolder } from '../../../doubles/temporary-folder.ts';
import { WindowRouter } from '../../../doubles/window-router.ts';

/** What the renderer does first: hand in the link, then call the contract over the socket. */
const script = `
const link = location.hash.slice(1);
const told = (text) => { document.getElementById('told').textContent = text; };
const entered = link === '' ? { ok: true } : await fetch('/enter', { method: 'POST', body: JSON.stringify({ link }) });
history.replaceState(null, '', '/');
if (!entered.ok) told('not let in');
const socket = new WebSocket(new URL('/rpc', location.href).href.replace('http', 'ws'));
socket.onmessage = ({ data }) => told(data);
socket.onerror = () => told('no socket');
socket.onopen = () => socket.send(JSON.stringify({ i: '1', p: { u: '/tenants/listTenants', b: { json: {} } } }));
`;
const called = '{"i":"1","p":{"b":{"json":{"items":[],"next":null}}}}';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let server: ConsoleServer;
let elsewhere: Server;
let elsewherePort: number;
let calls: number;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP rebound.example 127.0.0.1'],
  });
  // another program of the same machine: the same site, since cookies keep no ports apart
  elsewhere = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<p>other</p>'),
  );
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  elsewherePort = (elsewhere.address() as AddressInfo).port;
});
afterAll(async () => {
  await browser.close();
  elsewhere.closeAllConnections();
  await new Promise((resolve) => elsewhere.close(resolve));
});

beforeEach(async () => {
  calls = 0;
  const { router } = new WindowRouter({
    'tenants.listTenants': () => {
      calls += 1;
      return { items: [], next: null };
    },
  });
  const assets = readAssets(builtRenderer(temporaryFolder(), script));
  server = await serveConsole({
    router,
    errors: new ErrorList(),
    clock: systemClock,
    assets,
    dataFolder: '/d',
  });
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await server.close();
});

const told = (at = page) => at.locator('#told');
const home = () => `http://127.0.0.1:${server.port}/`;

async function enter(): Promise<void> {
  await page.goto(server.newLink());
  await told().getByText(called).waitFor();
}

test('the link lets in, and leaves the address; the cookie outlives a reload', async () => {
  await enter();
  expect(page.url()).toBe(home());
  await page.reload();
  await told().getByText(called).waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('it does so once', async () => {
  const link = server.newLink();
  await page.goto(link);
  await told().getByText(called).waitFor();
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await told(other).getByText('no socket').waitFor();
  await other.context().close();
});

test('through another name or port of this machine too', async () => {
  const link = new URL(server.newLink());
  link.hostname = 'localhost';
  await page.goto(link.href);
  await told().getByText(called).waitFor();
});

test('a name that was bound to this machine later is refused', async () => {
  const answer = await page.goto(`http://rebound.example:${server.port}/`);
  expect(answer?.status()).toBe(421);
});

describe('the policy of the page', () => {
  const attempts: Readonly<Record<string, string>> = {
    // later, since what a debugger evaluates itself is exempt
    'code from text': `new Promise((resolve, reject) => setTimeout(() => {
      try { resolve(new Function('return 1')()); } catch (error) { reject(error); }
    }))`,
    'text into an element': `document.body.innerHTML = '<b>x</b>'`,
    'an address of a script that is text': `document.createElement('script').src = '/assets/index-Ab12cd34.js'`,
    'another origin': `fetch('http://127.0.0.1:1/').then(() => 'reached')`,
  };

  test.each(Object.entries(attempts))('refuses %s', async (_, attempt) => {
    await enter();
    await expect(page.evaluate(attempt)).rejects.toThrow(/Trusted|Content Security Policy|Failed to fetch/);
  });

  test('refuses styles without the nonce, and takes those that have it', async () => {
    await enter();
    const shown = (nonce: string) =>
      page.evaluate(`(() => {
        const style = document.createElement('style');
        style.setAttribute('nonce', ${JSON.stringify(nonce)});
        style.textContent = '#told { color: rgb(1, 2, 3) }';
        document.head.append(style);
        const { color } = getComputedStyle(document.getElementById('told'));
        style.remove();
        return color;
      })()`);
    const nonce = await page.locator('meta[name="csp-nonce"]').getAttribute('content');
    expect(await shown('')).not.toBe('rgb(1, 2, 3)');
    expect(await shown(nonce ?? '')).toBe('rgb(1, 2, 3)');
  });

  test('reports nothing of the page itself', async () => {
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await enter();
    expect(said).toEqual([]);
  });
});

describe('another program of this machine, whose page has our cookie sent along', () => {
  beforeEach(async () => {
    await enter();
    calls = 0;
  });

  async function other(): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(`http://127.0.0.1:${elsewherePort}/`);
    return opened;
  }

  test('cannot open the socket', async () => {
    const outcome = (await other()).evaluate(`new Promise((resolve) => {
      const socket = new WebSocket('ws://127.0.0.1:${server.port}/rpc');
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    })`);
    expect([await outcome, calls]).toEqual(['refused', 0]);
  });

  test('cannot read or send anything', async () => {
    const opened = await other();
    for (const [path, init] of [
      ['session', '{ credentials: "include" }'],
      ['enter', '{ method: "POST", body: "{}", credentials: "include" }'],
      ['transfers/uploads', '{ method: "POST", body: "x", mode: "no-cors", credentials: "include" }'],
    ]) {
      const outcome = opened.evaluate(`fetch('${home()}${path}', ${init}).then(() => 'reached')`);
      await expect(outcome).rejects.toThrow('Failed to fetch');
    }
  });

  test('cannot send a form', async () => {
    const opened = await other();
    await opened.setContent(`<form method="post" action="${home()}enter"><button>go</button></form>`);
    const [answer] = await Promise.all([opened.waitForResponse(`${home()}enter`), opened.click('button')]);
    expect(answer.status()).toBe(403);
  });

  test('cannot show it in a frame', async () => {
    const opened = await other();
    await opened.setContent(`<iframe src="${home()}"></iframe>`);
    await expect.poll(() => opened.frames()[1]?.url(), { timeout: 20_000 }).toMatch(/^chrome-error:/);
  });
});

test('a file is saved under its name', async () => {
  await enter();
  const saving = page.waitForEvent('download');
  await page.evaluate(`(async () => {
    const socket = new WebSocket('ws://127.0.0.1:${server.port}/rpc');
    await new Promise((resolve) => { socket.onopen = resolve; });
    const signedIn = new Promise((resolve) => { socket.onmessage = resolve; });
    socket.send(JSON.stringify({ i: '1', p: { u: '/auth/signIn', b: { json: { passphrase: 'correct horse battery' } } } }));
    await signedIn;
    const sent = await fetch('/transfers/uploads', { method: 'POST', body: 'a,b', headers: { 'x-file-name': encodeURIComponent('Zoë.csv') } });
    const link = document.createElement('a');
    link.href = '/transfers/downloads/' + (await sent.json()).id;
    link.download = '';
    link.click();
  })()`);
  const download = await saving;
  expect([download.suggestedFilename(), await download.failure()]).toEqual(['Zoë.csv', null]);
});
