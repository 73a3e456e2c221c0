import { beforeEach, expect, test } from 'vitest';
import { WindowSession } from '../../../../main/hosts/window/window-session.ts';
import { inProcessClient } from '../../../../main/rpc/client.ts';
import { HoldfastError } from '../../../../shared/errors.ts';
import { ErrorList } from '../../../doubles/error-list.ts';
import { WindowRouter } from '../../../doubles/window-router.ts';

let host: WindowRouter;
let errors: ErrorList;
let window: WindowSession;
beforeEach(() => {
  host = new WindowRouter();
  errors = new ErrorList();
  window = new WindowSession(host.router, errors);
});

/** Signs in as the page of a window does: the token goes to its host. */
const signIn = (at = window, router = host.router) =>
  inProcessClient(router, {})
    .auth.signIn({ passphrase: 'correct horse battery' })
    .then(({ token }) => at.context().keepSession?.(token));

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('keeps the token of whoever signs in, and forgets it when they sign out', async () => {
  expect(window.context().sessionToken).toBeUndefined();
  expect(await window.isSignedIn()).toBe(false);
  await signIn();
  expect(window.context().sessionToken).toBe('token-1');
  expect(await window.isSignedIn()).toBe(true);
  window.context().keepSession?.(null);
  expect(await window.isSignedIn()).toBe(false);
});

test('a new token ends the session of the one before', async () => {
  await signIn();
  await signIn();
  await settled();
  expect([...host.sessions]).toEqual(['token-2']);
});

test('knows the role of whoever is signed in', async () => {
  expect(await window.role()).toBeNull();
  await signIn();
  expect(await window.role()).toBe('owner');
  host.sessions.clear();
  expect(await window.role()).toBeNull();
});

test('is not signed in when the session ended elsewhere', async () => {
  await signIn();
  host.sessions.clear();
  expect(await window.isSignedIn()).toBe(false);
});

test('does not take a core that is down for somebody who signed out', async () => {
  const down = new WindowRouter({
    'auth.getSession': () => {
      throw new HoldfastError('UNAVAILABLE', 'No installation is open yet.', { manager: 'suite' });
    },
  });
  const early = new WindowSession(down.router, errors);
  await signIn(early, down.router);
  await expect(early.isSignedIn()).rejects.toMatchObject({ name: 'HoldfastError', code: 'UNAVAILABLE' });
});

test('locking signs out and leaves the window', async () => {
  await signIn();
  await window.lock();
  expect([...host.sessions]).toEqual([]);
  await signIn();
  expect(await window.isSignedIn()).toBe(true);
});

test('its end signs out, is told once, and at once to whoever asks later', async () => {
  const told: string[] = [];
  window.onEnd(() => told.push('first'));
  window.onEnd(() => told.push('taken back'))();
  await signIn();
  await window.end();
  await window.end();
  window.onEnd(() => told.push('late'));
  expect([...host.sessions]).toEqual([]);
  expect(told).toEqual(['first', 'late']);
});

test('nobody is signed in at a window that ended while they signed in', async () => {
  await window.end();
  await signIn();
  await settled();
  expect([...host.sessions]).toEqual([]);
  expect(window.context().sessionToken).toBeUndefined();
});

test('a session that cannot be ended is told to the log, one that ended already is not', async () => {
  const failing = new WindowRouter({
    'auth.signOut': () => {
      throw new Error('the disk is gone');
    },
  });
  const other = new WindowSession(failing.router, errors);
  await signIn(other, failing.router);
  await other.end();
  expect(errors.reported).toHaveLength(1);
  await signIn();
  host.sessions.clear();
  await window.end();
  expect(errors.reported).toHaveLength(1);
});
