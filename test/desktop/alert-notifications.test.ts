import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import type { AlertNotifications } from '../../main/hosts/desktop/alert-notifications.ts';
import { WindowSession } from '../../main/hosts/window/window-session.ts';
import { inProcessClient } from '../../main/rpc/client.ts';
import type { RaisedAlert } from '../../shared/contract/audit/alerts.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Machine } from '../doubles/electron/machine.ts';
import { ErrorList } from '../doubles/error-list.ts';
import { WindowRouter } from '../doubles/window-router.ts';

const gatherMs = 5_000;
const tenantId = '01900000-0000-7000-8000-00000000000a' as Uuid;
const gone = '01900000-0000-7000-8000-00000000000b' as Uuid;
const time = '2026-09-30T12:00:00.000Z';
const tenant = {
  id: tenantId,
  slug: 'chinook',
  name: 'Chinook & Sons <b>',
  tier: 'free',
  state: 'active',
  sample: false,
  createdAt: time,
  updatedAt: time,
};

let machine: Machine;
let session: WindowSession;
let router: WindowRouter;
let errors: ErrorList;
let opened: (Uuid | null)[];
let notifications: AlertNotifications;
let count: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.resetModules();
  ({ machine } = await import('../doubles/electron.ts'));
  machine.app.becomeReady();
  router = new WindowRouter({
    'tenants.getTenant': ({ input }) => {
      if (JSON.stringify(input).includes(gone))
        throw new HoldfastError('NOT_FOUND', 'There is no such tenant.', { kind: 'tenant', id: gone });
      return tenant;
    },
  });
  errors = new ErrorList();
  session = new WindowSession(router.router, errors);
  opened = [];
  count = 0;
  const loaded = await import('../../main/hosts/desktop/alert-notifications.ts');
  notifications = new loaded.AlertNotifications({ session, errors, open: (id) => opened.push(id) });
});
afterEach(() => {
  notifications.close();
  vi.useRealTimers();
});

async function signIn(): Promise<void> {
  const { token } = await inProcessClient(router.router, {}).auth.signIn({ passphrase: 'correct horse' });
  session.context().keepSession?.(token);
}

function alert(given: Partial<RaisedAlert> = {}): RaisedAlert {
  count += 1;
  const id = `01900000-0000-7000-8000-${String(count).padStart(12, '0')}` as Uuid;
  return { id, rule: 'backup-forgotten', severity: 'critical', tenantId: null, ...given };
}

async function raise(...alerts: readonly RaisedAlert[]): Promise<void> {
  for (const each of alerts) notifications.add(each);
  await vi.advanceTimersByTimeAsync(gatherMs);
}

const shown = () => machine.notifications.map(({ title, body }) => `${title} | ${body}`);

test('names the rule and the tenant, with how severe it is, and opens the alert when it is clicked on', async () => {
  await signIn();
  const one = alert({ tenantId });
  await raise(one);
  expect(shown()).toEqual(['Critical alert: Chinook & Sons <b> | A snapshot is to be removed by hand']);
  machine.notifications[0]?.click();
  expect(opened).toEqual([one.id]);
  await raise(alert({ rule: 'sign-in-failures', severity: 'warning' }));
  await raise(alert({ rule: 'tenant-erased', tenantId: gone }));
  expect(shown().slice(1)).toEqual([
    'Warning | Somebody keeps failing to sign in',
    'Critical alert | A tenant was erased',
  ]);
  expect(errors.reported).toEqual([]);
});

test('sums up what comes within seconds, and opens the list then', async () => {
  await signIn();
  notifications.add(alert({ tenantId }));
  await vi.advanceTimersByTimeAsync(gatherMs - 1);
  expect(shown()).toEqual([]);
  const warning = { severity: 'warning' } as const;
  await raise(alert(), alert(warning), alert({ severity: 'info' }), alert(warning), alert(warning));
  expect(shown()).toEqual(['5 alerts | 2 critical, 3 warnings']);
  await vi.advanceTimersByTimeAsync(gatherMs);
  machine.notifications[0]?.click();
  expect(opened).toEqual([null]);
  await raise(alert(), alert(warning));
  expect(shown().at(-1)).toBe('2 alerts | 1 critical, 1 warning');
  expect(shown()).toHaveLength(2);
});

test.each([
  ['nobody is signed in', () => {}],
  ['the window was locked meanwhile', () => signIn().then(() => session.lock())],
  ['the session has ended elsewhere', () => signIn().then(() => router.sessions.clear())],
  [
    'its system has none',
    () => {
      machine.notifies = false;
      return signIn();
    },
  ],
])('shows nothing where %s', async (_where, prepare) => {
  await prepare();
  await raise(alert(), alert({ tenantId }));
  await raise(alert({ tenantId }));
  expect(shown()).toEqual([]);
  expect(errors.reported).toEqual([]);
});

test('shows nothing of what is for information only', async () => {
  await signIn();
  await raise(alert({ severity: 'info', rule: 'sample-deleted' }));
  expect(shown()).toEqual([]);
});

test('hears a click also when Electron would have let go of it, and when it has left the screen', async () => {
  await signIn();
  const one = alert();
  await raise(one);
  machine.notifications[0]?.leave('timedOut');
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no collector');
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  machine.notifications[0]?.click();
  expect(opened).toEqual([one.id]);
});

test('takes back what is shown when it closes, and the oldest of many', async () => {
  await signIn();
  for (let shownNow = 0; shownNow < 21; shownNow += 1) await raise(alert());
  const closed = () => machine.notifications.map((each) => each.closed);
  expect(closed()).toEqual([true, ...Array<boolean>(20).fill(false)]);
  notifications.add(alert());
  notifications.close();
  await vi.advanceTimersByTimeAsync(gatherMs);
  expect(closed()).toEqual(Array<boolean>(21).fill(true));
});

test('what the system does not take, or nobody foresaw, is told to the log', async () => {
  await signIn();
  await raise(alert());
  machine.notifications[0]?.fail('the program is not signed');
  expect(errors.reported).toMatchObject([{ message: 'the program is not signed' }]);
  const failing = new WindowRouter({
    'tenants.getTenant': () => {
      throw new Error('the disk is gone');
    },
  });
  router = failing;
  session = new WindowSession(failing.router, errors);
  const { AlertNotifications: Loaded } = await import('../../main/hosts/desktop/alert-notifications.ts');
  notifications = new Loaded({ session, errors, open: () => {} });
  await signIn();
  await raise(alert({ tenantId }));
  expect(shown()).toHaveLength(1);
  expect(errors.reported).toHaveLength(2);
});

test('Windows knows the program by the id of its package, or out of a checkout by its path', async () => {
  const { appId, nameToWindows } = await import('../../main/hosts/desktop/name-to-windows.ts');
  const { app } = await import('../doubles/electron.ts');
  expect(parse(readFileSync('electron-builder.yml', 'utf8'))).toMatchObject({ appId });
  nameToWindows(app);
  expect(machine.app.userModelId).toBeUndefined();
  const told: string[] = [];
  const packaged = { isPackaged: true, setAppUserModelId: (id: string) => void told.push(id) };
  nameToWindows(packaged, 'win32');
  nameToWindows({ ...packaged, isPackaged: false }, 'win32');
  expect(told).toEqual([appId, process.execPath]);
});
