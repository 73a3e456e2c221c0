import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { build } from 'vite';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { restart } from '../../main/hosts/desktop/restart.ts';
import { strict } from '../doubles/electron/strict.ts';
import { PortMain } from '../doubles/message-port-main.ts';
import { type DoubledDesktop, load, startOverDouble } from './double-host.ts';
import { pageScript } from './page-script.ts';
import { stories } from './stories.ts';

beforeAll(() => build({ configFile: 'vite.preload.config.ts', logLevel: 'warn' }));

describe('over the double', () => stories(startOverDouble));

describe('the desktop', () => {
  let folder: string;
  let desktop: DoubledDesktop;

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-desktop-')));
    desktop = await startOverDouble(join(folder, 'data'), folder);
  });
  afterEach(async () => {
    await desktop.quit();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Whether a port that is sent so is served: one that is refused is closed. */
  async function isServed(send: (port: PortMain) => void): Promise<boolean> {
    const { port1: core, port2: page } = new MessageChannel();
    const end = new Promise<boolean>((resolve) => {
      page.once('message', () => resolve(true));
      page.once('close', () => resolve(false));
    });
    page.postMessage(JSON.stringify({ i: '1', p: { u: '/setup/getSetup', b: { json: {} } } }));
    send(new PortMain(core));
    const served = await end;
    page.close();
    return served;
  }
  const channel = 'holdfast:connect';
  const own = 'app://holdfast';

  test('serves a port of its page', async () => {
    expect(await isServed((port) => desktop.contents.hear(channel, null, [port]))).toBe(true);
  });

  test.each([
    ['a frame within the page', { origin: own, parent: {} }],
    ['a page of another origin', { origin: 'https://example.com', parent: null }],
    ['one whose origin only begins like ours', { origin: 'app://holdfast.example', parent: null }],
    ['an opaque origin', { origin: 'null', parent: null }],
    ['a frame that is gone', null],
  ])('refuses the port of %s', async (_who, frame) => {
    expect(await isServed((port) => desktop.contents.hear(channel, null, [port], frame))).toBe(false);
  });

  test('refuses the port of other contents', async () => {
    const other = strict('webContents', {});
    const senderFrame = { origin: own, parent: null };
    const refused = isServed((port) =>
      desktop.machine.ipcMain.emit(channel, { sender: other, senderFrame, ports: [port] }),
    );
    expect(await refused).toBe(false);
  });

  test('refuses two ports at once', async () => {
    const { port1: further } = new MessageChannel();
    const refused = isServed((port) => desktop.contents.hear(channel, null, [port, new PortMain(further)]));
    expect(await refused).toBe(false);
  });

  test('answers its page only under its own name', async () => {
    const { protocol } = desktop.machine;
    const page = await protocol.request(`${own}/tenants/7`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<meta name="notifications" content="shown">');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/);
    expect(policy).toContain("connect-src 'self';");
    expect(policy).not.toMatch(/unsafe|ws:|http/);
    for (const address of ['app://elsewhere/', 'app://holdfast:80/']) {
      expect({ address, status: (await protocol.request(address)).status }).toEqual({ address, status: 404 });
    }
  });

  test.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '//etc/passwd',
    '/assets//etc/passwd',
    '/%00',
  ])('has nothing at %s', async (path) => {
    expect((await desktop.machine.protocol.request(`${own}${path}`)).status).toBe(404);
  });

  test('sends files as they are, since nobody would undo a coding', async () => {
    const headers = { 'accept-encoding': 'gzip, br' };
    const answer = await desktop.machine.protocol.request(`${own}/assets/page.js`, { headers });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await answer.text()).toContain('export const page');
  });

  test('lets nothing out, in or beside it', async () => {
    const { contents } = desktop;
    const { session, app } = desktop.machine;
    expect(contents.mayNavigate('app://holdfast/tenants')).toBe(true);
    expect(contents.mayNavigate('app://holdfast.example/', false)).toBe(false);
    expect(contents.mayNavigate('data:text/html,x', false)).toBe(false);
    expect(contents.mayBeRedirected('https://example.com/')).toBe(false);
    expect(contents.mayAttachWebview()).toBe(false);

    for (const address of [`${own}/transfers/downloads/1`, `blob:${own}/4f2c`]) {
      expect({ address, goesOn: session.downloads(address) }).toEqual({ address, goesOn: true });
    }
    for (const address of [
      `${own}/assets/page.js`,
      `${own}/transfers/uploads/1`,
      'https://example.com/x',
      'blob:x',
      'blob:https://example.com/4f2c',
    ]) {
      expect({ address, goesOn: session.downloads(address) }).toEqual({ address, goesOn: false });
    }

    expect(await session.asks(contents, 'clipboard-sanitized-write', `${own}/audit`)).toBe(true);
    expect(await session.asks(contents, 'clipboard-sanitized-write', `${own}/audit`, false)).toBe(false);
    expect(await session.asks(contents, 'clipboard-sanitized-write', 'https://example.com/')).toBe(false);
    for (const permission of ['media', 'openExternal', 'fileSystem', 'clipboard-read'] as const) {
      expect(await session.asks(contents, permission, `${own}/`)).toBe(false);
      expect(session.has(contents, permission, `${own}/`)).toBe(false);
    }
    expect(session.has(contents, 'clipboard-sanitized-write', `${own}/`)).toBe(true);
    expect(session.mayUse('usb', own)).toBe(false);

    let trusted: boolean | undefined;
    app.emit(
      'certificate-error',
      { preventDefault() {} },
      contents,
      'https://x',
      'bad',
      {},
      (is: boolean) => {
        trusted = is;
      },
    );
    expect(trusted).toBe(false);
  });

  test('has a page in a sandbox, behind a scheme without exceptions, in a profile of its own', () => {
    const { window, machine } = desktop;
    expect(window.options).toMatchObject({
      width: 1280,
      height: 860,
      minWidth: 900,
      minHeight: 600,
      show: false,
    });
    expect(window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(window.visible).toBe(true);
    expect(machine.app.sandboxed).toBe(true);
    expect(machine.protocol.schemes.get('app')?.privileges).toEqual({
      standard: true,
      secure: true,
      supportFetchAPI: true,
      bypassCSP: false,
      allowServiceWorkers: false,
      corsEnabled: false,
    });
    expect(machine.app.paths.get('userData')).toMatch(/\/holdfast-window\/[0-9a-f]{16}$/);
  });

  test.each(['suspend', 'lock-screen'])('signs out on %s', async (event) => {
    const passphrase = 'correct horse battery staple';
    await desktop.inPage(`${pageScript}; ask()`);
    const owner = { ownerName: 'Ada', passphrase, secrets: 'passphrase' };
    await desktop.inPage(`call('/setup/createInstallation', ${JSON.stringify(owner)})`);
    await desktop.inPage(`call('/auth/signIn', ${JSON.stringify({ name: 'Ada', passphrase })})`);
    expect(await desktop.inPage(`call('/auth/getSession', {})`)).toContain('"name":"Ada"');
    desktop.machine.powerMonitor.emit(event);
    expect(await desktop.inPage(`call('/auth/getSession', {})`)).toContain('UNAUTHENTICATED');
  });

  test('its log says that the machine slept', async () => {
    const passphrase = 'correct horse battery staple';
    await desktop.inPage(`${pageScript}; ask()`);
    const owner = { ownerName: 'Ada', passphrase, secrets: 'passphrase' };
    await desktop.inPage(`call('/setup/createInstallation', ${JSON.stringify(owner)})`);
    for (const event of ['suspend', 'resume']) desktop.machine.powerMonitor.emit(event);
    await desktop.inPage(`call('/auth/signIn', ${JSON.stringify({ name: 'Ada', passphrase })})`);
    const slept = () => desktop.inPage("call('/audit/getAuditTrail', {action: 'log.*', limit: 3})");
    await expect.poll(slept).toMatch(/"log\.resume".*"log\.suspend".*"log\.heartbeat"/s);
  });

  test('ends and starts again when its page wishes it, and for nobody else', async () => {
    const restartChannel = 'holdfast:restart';
    desktop.contents.hear(restartChannel, null, [], { origin: 'https://example.com', parent: null });
    desktop.contents.hear(restartChannel, null, [], { origin: own, parent: {} });
    expect(desktop.machine.app.relaunches).toEqual([]);
    await desktop.inPage(`window.postMessage({ holdfast: 'restart' }, window.location.origin)`);
    expect(await desktop.machine.app.ended).toBe(0);
    expect(desktop.machine.app.relaunches).toEqual([{}]);
  });

  test('an AppImage is started again by its own file', () => {
    const app = desktop.machine.app;
    restart(app, { APPIMAGE: '/opt/Holdfast.AppImage' });
    expect(app.relaunches).toEqual([{ execPath: '/opt/Holdfast.AppImage', args: expect.any(Array) }]);
  });

  test('quits when its window is closed', async () => {
    desktop.window.disappear();
    expect(await desktop.machine.app.ended).toBe(0);
  });

  test('a second start ends at once', async () => {
    const second = await load(join(folder, 'data'), folder, ({ app }) => {
      app.takenByAnother = true;
    });
    expect(await second.app.ended).toBe(0);
    expect(second.windows).toEqual([]);
  });

  test('says so when it cannot start, and ends', async () => {
    const second = await load(join(folder, 'data'), folder);
    rmSync(join(folder, 'renderer'), { recursive: true });
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    second.app.becomeReady();
    expect(await second.app.ended).toBe(1);
    log.mockRestore();
    expect(second.errorBoxes).toEqual([
      { title: 'Holdfast cannot start', content: expect.stringContaining('npm run build:renderer') },
    ]);
  });
});

test('the double knows only what was doubled', async () => {
  vi.resetModules();
  const { app, BrowserWindow } = await import('../doubles/electron.ts');
  expect(() => Reflect.get(app, 'hide')).toThrow('the double of electron has no app.hide');
  expect(() => app.on('browser-window-blur', () => {})).toThrow('no event browser-window-blur of app');
  expect(() => new BrowserWindow({})).toThrow('once the application is ready');
});
