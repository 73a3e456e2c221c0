import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Browsers } from '../../../../main/hosts/console/browsers.ts';
import { WindowSession } from '../../../../main/hosts/window/window-session.ts';
import { ErrorList } from '../../../doubles/error-list.ts';
import { MovingClock } from '../../../doubles/moving-clock.ts';
import { WindowRouter } from '../../../doubles/window-router.ts';

const hours = 3_600_000;
let clock: MovingClock;
let browsers: Browsers;
beforeEach(() => {
  clock = new MovingClock();
  browsers = new Browsers(clock, '/data/one');
});
afterEach(() => browsers.close());

const newWindow = () => new WindowSession(new WindowRouter().router, new ErrorList());
const sent = (setCookie: string) => setCookie.split(';', 1)[0] ?? '';

test('the cookie is out of reach of scripts, other sites and other starts of the host', () => {
  const window = newWindow();
  const cookie = browsers.admit(window);
  expect(cookie).toMatch(
    /^holdfast-[0-9a-f]{6}=[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
  );
  expect(browsers.find(sent(cookie))).toBe(window);
  expect(new Browsers(clock, '/data/one').find(sent(cookie))).toBeNull();
});

test('two installations on one machine do not take each other’s cookie for theirs', () => {
  const other = new Browsers(clock, '/data/two');
  const [mine, theirs] = [newWindow(), newWindow()];
  const [cookie, foreign] = [browsers.admit(mine), other.admit(theirs)];
  const both = `${sent(foreign)}; theme=dark; ${sent(cookie)}`;
  expect([browsers.find(both), other.find(both)]).toEqual([mine, theirs]);
  const [name = ''] = sent(cookie).split('=');
  expect(browsers.find(`${name}=${sent(foreign).split('=')[1]}`)).toBeNull();
});

test.each([undefined, '', ';;;', '=', 'holdfast-000000=', 'x'.repeat(8_000)])('%j is nobody', (header) => {
  browsers.admit(newWindow());
  expect(browsers.find(header)).toBeNull();
});

test('a browser is known for twelve hours, and what it has open ends with them', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const window = newWindow();
  const cookie = sent(browsers.admit(window));
  clock.pass(12 * hours - 1);
  vi.advanceTimersByTime(12 * hours - 1);
  expect([browsers.find(cookie), window.ended]).toEqual([window, false]);
  clock.pass(1);
  vi.advanceTimersByTime(1);
  expect([browsers.find(cookie), window.ended]).toEqual([null, true]);
});

test('also where the timer is late because the machine slept', () => {
  const window = newWindow();
  const cookie = sent(browsers.admit(window));
  clock.pass(12 * hours);
  expect([browsers.find(cookie), window.ended]).toEqual([null, true]);
});

test('there are 64 at most; the one that has been in longest makes room', () => {
  const windows = Array.from({ length: 65 }, newWindow);
  const cookies = windows.map((window) => sent(browsers.admit(window)));
  expect(cookies.map((cookie) => browsers.find(cookie) !== null)).toEqual([
    false,
    ...Array<boolean>(64).fill(true),
  ]);
  expect(windows.map(({ ended }) => ended)).toEqual([true, ...Array<boolean>(64).fill(false)]);
});

test('closing ends all of them', async () => {
  const windows = [newWindow(), newWindow()];
  const cookies = windows.map((window) => sent(browsers.admit(window)));
  await browsers.close();
  expect(windows.map(({ ended }) => ended)).toEqual([true, true]);
  expect(cookies.map((cookie) => browsers.find(cookie))).toEqual([null, null]);
});
