import type { Page } from '@playwright/test';
import { afterAll, beforeAll, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { cutOff } from './cut-off.ts';
import { expect } from './expect.ts';
import { little, prepare } from './prepared.ts';
import { firstTenant, screens, show } from './screens.ts';
import { passphrase, signIn } from './story.ts';

/** What a window of 1024 by 768 has left for the layout at 200 %. */
const viewport = { width: 512, height: 384 };
let stand: ConsoleStand;
let link: string;
let page: Page;
const ids: Record<string, string> = {};

beforeAll(async () => {
  stand = new ConsoleStand();
  await prepare(stand.dataFolder, little);
  link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
  page = await stand.open({ viewport, deviceScaleFactor: 2 });
  await page.goto(link);
  await signIn(page);
  ids.TENANT = await firstTenant(page, link);
}, 120_000);
afterAll(() => stand.close());

/** Goes on with Tab until the focus is in the screen's own part, on `name`; it is in sight then. */
async function reachByKeyboard(name: string): Promise<void> {
  const target = page
    .getByRole('main')
    .getByRole('button', { name, exact: true })
    .or(page.getByRole('main').getByRole('link', { name, exact: true }))
    .first();
  for (let at = 0; at < 100; at += 1) {
    if ((await target.and(page.locator(':focus')).count()) === 1) {
      await expect(target).toBeInViewport({ ratio: 0.9 });
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never gets to ${name}`);
}

const actions: Readonly<Record<string, string>> = {
  dashboard: 'Verify now',
  tenants: 'Create tenant',
  tenant: 'Suspend',
  'tenant-people': 'Add user or bot',
  'tenant-data': 'New document',
  'tenant-files': 'Add file',
  'access-keys': 'Create API key',
  'access-operators': 'Add operator',
  audit: 'Verify the log',
  backups: 'Back up',
  'backups-schedules': 'Back up',
  'restore-what': 'Next',
  'restore-when': 'Next',
  jobs: 'Export list',
};

for (const screen of screens) {
  test(`${screen.name} at 200 %: nothing is cut off, and what is to be done is within reach`, async () => {
    await show(page, link, screen, ids);
    const heading = page.locator('[data-heading]');
    const dialog = page.getByRole('dialog');
    const covered = (await dialog.count()) > 0;
    const parts = [
      dialog.getByRole('heading').or(dialog.getByRole('combobox')),
      dialog.getByRole('button').or(dialog.getByRole('option')).last(),
    ];
    for (const part of covered ? parts : [heading]) {
      await part.first().scrollIntoViewIfNeeded();
      await expect(part.first()).toBeInViewport({ ratio: 0.9 });
    }
    expect(await cutOff(page)).toEqual([]);
    const action = actions[screen.name];
    if (action !== undefined) await reachByKeyboard(action);
    const list = page.getByRole('main').getByRole('grid').first();
    if (covered || (await list.count()) === 0) return;
    const first = list.getByRole('gridcell').first();
    // what arrives above a list moves it
    await expect(async () => {
      await first.scrollIntoViewIfNeeded({ timeout: 1_000 });
      await expect(first).toBeInViewport({ ratio: 0.9, timeout: 100 });
    }).toPass({ timeout: 20_000, intervals: [100] });
  });
}

test('no page complained', () => expect(stand.complaints).toEqual([]));
