import type { Page } from '@playwright/test';
import { afterAll, beforeAll, test, vi } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { settled } from './screens.ts';
import { passphrase, signIn } from './story.ts';

/** An element within a page, as far as it is asked here. */
interface Shown {
  readonly textContent: string;
  getAttribute(name: string): string | null;
}

/** Around the end of summer time in St. John’s: a quarter past one, twice, and a quarter past two. */
const moments = ['2026-11-01T03:45:00.000Z', '2026-11-01T04:45:00.000Z', '2026-11-01T05:45:00.000Z'] as const;
/** What is typed into the fields of the log in a zone, and what that means. */
const asked = {
  'Pacific/Kiritimati': [
    {
      from: '2026-11-01T18:00',
      to: '2026-11-01T19:00',
      utc: ['2026-11-01T04:00:00Z', '2026-11-01T05:00:00Z'],
    },
    {
      from: '2026-11-01T17:45',
      to: '2026-11-01T18:45',
      utc: ['2026-11-01T03:45:00Z', '2026-11-01T04:45:00Z'],
    },
  ],
  'America/St_Johns': [
    {
      from: '2026-11-01T01:00',
      to: '2026-11-01T02:00',
      utc: ['2026-11-01T03:30:00Z', '2026-11-01T05:30:00Z'],
    },
    {
      from: '2026-11-01T02:00',
      to: '2026-11-01T02:30',
      utc: ['2026-11-01T05:30:00Z', '2026-11-01T06:00:00Z'],
    },
  ],
} as const;
let stand: ConsoleStand;
let link: string;
let page: Page;
/** What the core answers to each question, in UTC. */
const answers = new Map<string, readonly string[]>();

beforeAll(async () => {
  stand = new ConsoleStand();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(moments[0]) - 600_000 });
  try {
    await prepare(stand.dataFolder, async (client) => {
      for (const moment of moments) {
        // a session that nobody uses for long would end
        while (Date.now() < Date.parse(moment)) {
          vi.setSystemTime(Math.min(Date.parse(moment), Date.now() + 600_000));
          await client.suite.getStatus({});
        }
        await client.audit.logAction({ action: 'shop.opened', resource: { kind: 'shop', id: 'one' } });
      }
      for (const { utc } of Object.values(asked).flat()) {
        const [from, to] = utc;
        const { items } = await client.audit.getAuditTrail({ action: 'shop.*', from, to, limit: 10 });
        answers.set(
          utc.join(),
          items.map(({ time }) => time),
        );
      }
    });
  } finally {
    vi.useRealTimers();
  }
  link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
}, 120_000);
afterAll(() => stand.close());

/** `2026-11-01 17:45:00` */
const inZone = (time: string, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
    new Date(time),
  );

/** Every time on the screen, as text or in its title. */
async function expectTimesIn(zone: string): Promise<void> {
  await settled(page);
  const times = await page.locator('time').evaluateAll((found: Shown[]) =>
    found.map((time) => ({
      time: time.getAttribute('datetime') ?? '',
      text: `${time.textContent} ${time.getAttribute('title')}`,
    })),
  );
  expect(times.length).toBeGreaterThan(0);
  for (const { time, text } of times) expect(text).toContain(inZone(time, zone));
}

async function open(timezoneId: string): Promise<void> {
  const state = page === undefined ? {} : { storageState: await page.context().storageState() };
  const first = page === undefined;
  page = await stand.open({ timezoneId, locale: 'en', ...state });
  await page.goto(first ? link : new URL('/', link).href);
  if (first) await signIn(page);
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
}

const rowTimes = () =>
  page
    .getByRole('grid')
    .locator('time')
    .evaluateAll((found: Shown[]) => found.map((time) => time.getAttribute('datetime')));

test.each(Object.keys(asked) as (keyof typeof asked)[])(
  '%s: times are its own, and so are those that filter the log',
  async (zone) => {
    await open(zone);
    await expectTimesIn(zone);
    for (const path of ['/backups/schedules', '/settings', '/access/operators', '/audit?action=shop.*']) {
      await page.goto(new URL(path, link).href);
      await page.locator('[data-heading]').waitFor();
      await page.locator('time').first().waitFor();
      await expectTimesIn(zone);
    }
    await expect(page.getByRole('grid').locator('time')).toHaveCount(moments.length);
    for (const { from, to, utc } of asked[zone]) {
      await page.getByLabel('From', { exact: true }).fill(from);
      await page.getByLabel('Until', { exact: true }).fill(to);
      const expected = answers.get(utc.join()) ?? [];
      expect(expected.length).toBeGreaterThan(0);
      await expect.poll(rowTimes).toEqual(expected);
      const address = new URL(page.url()).searchParams;
      expect([address.get('from'), address.get('to')].map((text) => Date.parse(text ?? ''))).toEqual(
        utc.map((text) => Date.parse(text)),
      );
    }
    expect(stand.complaints).toEqual([]);
  },
);

test('between the two quarters past one an address tells them apart', async () => {
  await open('America/St_Johns');
  await page.goto(
    new URL('/audit?action=shop.*&from=2026-11-01T04:40:00Z&to=2026-11-01T05:00:00Z', link).href,
  );
  await expect.poll(rowTimes).toEqual([moments[1]]);
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('2026-11-01T01:10');
  await expect(page.getByRole('grid').locator('time')).toHaveText('2026-11-01 01:15:00');
  expect(stand.complaints).toEqual([]);
});
