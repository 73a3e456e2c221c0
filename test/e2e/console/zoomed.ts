import type { Locator, Page } from '@playwright/test';
import { cutOff } from './cut-off.ts';
import { expect } from './expect.ts';

/** What a window of 1024 by 768 has left for the layout at 200 %. */
const zoomed = { width: 512, height: 384 };

/** What is done on a screen first of all. */
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

/** Holds a screen that stands on a page against a zoom of 200 %: nothing is cut off, and what is to be done is within reach. */
export async function examineZoomed(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize(zoomed);
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
  const action = actions[name];
  if (action !== undefined) await reachByKeyboard(page, action);
  const list = page.getByRole('main').getByRole('grid').first();
  if (!covered && (await list.count()) > 0) await seeFirstCell(list);
  if (before !== null) await page.setViewportSize(before);
}

/** What arrives above a list moves it. */
async function seeFirstCell(list: Locator): Promise<void> {
  const first = list.getByRole('gridcell').first();
  await expect(async () => {
    await first.scrollIntoViewIfNeeded({ timeout: 1_000 });
    await expect(first).toBeInViewport({ ratio: 0.9, timeout: 100 });
  }).toPass({ timeout: 20_000, intervals: [100] });
}

/** Goes on with Tab until the focus is in the screen's own part, on `name`; it is in sight then. */
async function reachByKeyboard(page: Page, name: string): Promise<void> {
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
