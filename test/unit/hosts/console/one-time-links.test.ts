import { beforeEach, expect, test } from 'vitest';
import { OneTimeLinks } from '../../../../main/hosts/console/one-time-links.ts';
import { MovingClock } from '../../../doubles/moving-clock.ts';

const minute = 60_000;
let clock: MovingClock;
let links: OneTimeLinks;
beforeEach(() => {
  clock = new MovingClock();
  links = new OneTimeLinks(clock);
});

test('a link is 256 bits in base64url and lets in once', () => {
  const link = links.make();
  expect(link).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect([links.use(link), links.use(link)]).toEqual([true, false]);
});

test('for ten minutes', () => {
  const [early, late] = [links.make(), links.make()];
  clock.pass(10 * minute - 1);
  expect(links.use(early)).toBe(true);
  clock.pass(1);
  expect(links.use(late)).toBe(false);
});

test.each(['', 'x', 'A'.repeat(43), '\u{1f600}'])('%j never does', (wrong) => {
  const link = links.make();
  expect(links.use(wrong)).toBe(false);
  expect(links.use(link)).toBe(true);
});

test('several are good beside each other, the oldest gives way to the ninth', () => {
  const made = Array.from({ length: 9 }, () => links.make());
  expect(made.map((link) => links.use(link))).toEqual([false, ...Array<boolean>(8).fill(true)]);
});

test('a hundred guesses close what is open, and a new link is good again', () => {
  const spared = links.make();
  for (let count = 0; count < 99; count += 1) links.use(`guess ${count}`);
  expect(links.use(spared)).toBe(true);
  const closed = links.make();
  for (let count = 0; count < 100; count += 1) links.use(`guess ${count}`);
  expect(links.use(closed)).toBe(false);
  expect(links.use(links.make())).toBe(true);
});
