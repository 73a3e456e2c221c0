import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';
import type { DesktopHost, StartDesktop } from './desktop-host.ts';
import { pageScript } from './page-script.ts';

const passphrase = 'correct horse battery staple';
const answered = z.object({ status: z.number(), answer: z.unknown() });

/** The application from its start to its end: the same over the double and over Electron. */
export function stories(start: StartDesktop): void {
  let folder: string;
  let host: DesktopHost | undefined;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-desktop-')));
    mkdirSync(join(folder, 'run'));
  });
  afterEach(async () => {
    await host?.quit();
    host = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const dataFolder = () => join(folder, 'data');
  const started = async (): Promise<DesktopHost> => {
    host = await start(dataFolder(), join(folder, 'run'));
    return host;
  };
  const connect = async (to: DesktopHost) => {
    await to.inPage(`${pageScript}; ask()`);
  };
  const call = async (to: DesktopHost, path: string, input: object) =>
    answered.parse(JSON.parse(await to.inPage(`call(${JSON.stringify(path)}, ${JSON.stringify(input)})`)));
  const initialised = async () => {
    const { suite } = await EnterpriseSuite.initialise({
      dataFolder: dataFolder(),
      ownerName: 'Ada',
      ownerPassphrase: passphrase,
      secrets: 'passphrase',
    });
    return suite;
  };

  test('a page gets a port, sets up an installation over it, signs in and never sees a token', async () => {
    const page = await started();
    await connect(page);
    expect((await call(page, '/setup/getSetup', {})).answer).toMatchObject({ state: 'absent' });
    expect(await call(page, '/tenants/listTenants', {})).toMatchObject({
      answer: { code: 'UNAUTHENTICATED' },
    });

    const owner = { ownerName: 'Ada', passphrase, secrets: 'passphrase' };
    expect((await call(page, '/setup/createInstallation', owner)).status).toBe(200);
    const signedIn = await call(page, '/auth/signIn', { name: 'Ada', passphrase });
    expect(signedIn.answer).toMatchObject({ name: 'Ada', token: null });
    expect((await call(page, '/tenants/listTenants', {})).answer).toEqual({ items: [], next: null });
  });

  test('a page stays at home, opens nothing, may nothing, and there is one of it', async () => {
    const page = await started();
    expect(await page.navigates('https://example.com/')).toBe(false);
    expect(await page.navigates('file:///etc/passwd')).toBe(false);
    expect(await page.navigates('app://elsewhere/')).toBe(false);
    expect(await page.opensWindow('https://example.com/')).toBe(false);
    expect(await page.opensWindow('app://holdfast/')).toBe(false);
    expect(await page.isPermitted('geolocation')).toBe(false);
    expect(await page.isPermitted('notifications')).toBe(false);
    expect(await page.startAgain()).toEqual({ windows: 1, inFront: true });
  });

  test('an alert becomes a notification, and a click on it brings the window to that alert', async () => {
    const page = await started();
    await connect(page);
    const owner = { ownerName: 'Ada', passphrase, secrets: 'passphrase' };
    await call(page, '/setup/createInstallation', owner);
    await call(page, '/auth/signIn', { name: 'Ada', passphrase });
    const added = { name: 'Grace Lind', role: 'auditor', passphrase };
    expect((await call(page, '/auth/createOperator', added)).status).toBe(200);
    const shown = [{ title: 'Warning', body: 'An operator was added' }];
    const supported = (await page.notified()) !== null;
    await expect.poll(() => page.notified(), { timeout: 20_000 }).toEqual(supported ? shown : null);
    if (!supported) return;

    expect(await page.clickNotification()).toBe(true);
    const asked = () => page.inPage('JSON.stringify(alerts)');
    await expect.poll(asked).toMatch(/^\["[0-9a-f-]{36}"\]$/);
    const [alertId] = z.tuple([z.string()]).parse(JSON.parse(await asked()));
    expect((await call(page, '/audit/getAlert', { alertId })).answer).toMatchObject({
      rule: 'operator-added',
    });
  });

  test('a reload brings another port and the same session; quitting frees the data folder', async () => {
    await (await initialised()).stop();
    const page = await started();
    await connect(page);
    expect(await call(page, '/setup/openInstallation', { passphrase })).toMatchObject({
      answer: { state: 'ready' },
    });
    await call(page, '/auth/signIn', { name: 'Ada', passphrase });

    // in one page too the new port ends the old
    await page.inPage('globalThis.first = globalThis.gone; ask()');
    expect(await page.inPage('first')).toBe('gone');

    await page.reload();
    await connect(page);
    expect((await call(page, '/auth/getSession', {})).answer).toMatchObject({ name: 'Ada' });

    await page.quit();
    const again = await EnterpriseSuite.open({ dataFolder: dataFolder(), unlock: { passphrase } });
    await again.stop();
  });
}
