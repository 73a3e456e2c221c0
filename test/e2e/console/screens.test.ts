import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { loseMachine } from './lost-machine.ts';
import { holdAsked, walkFirstRun, walkMoments, walkRestore } from './moments.ts';
import { little, much, prepare } from './prepared.ts';
import { walkRecovery } from './recovery-moments.ts';
import { firstTenant, painted, screens, show } from './screens.ts';
import { passphrase, signIn } from './story.ts';
import { examineZoomed } from './zoomed.ts';

/** Where pictures of every screen are put, for a person to look at. */
const pictures = process.env.HOLDFAST_SCREENSHOTS;
const nothing: Parameters<typeof prepare>[1] = async () => {};
const fillings = { empty: nothing, little, much } as const;

/** In other colours the same elements are there, so only the first look is held against every rule. */
const ownLooks = [
  { scheme: 'light', media: { colorScheme: 'light', forcedColors: 'none' } },
  { scheme: 'dark', media: { colorScheme: 'dark', forcedColors: 'none' } },
] as const;
/** Forced colours are the system's own, which rules about colours say nothing of: they are for people to look at. */
const forced = { scheme: 'contrast', media: { colorScheme: 'dark', forcedColors: 'active' } } as const;
const looks = pictures === undefined ? ownLooks : [...ownLooks, forced];
type Look = (typeof looks)[number];
const narrow = { width: 1024, height: 768 };
const wide = { width: 1440, height: 900 };

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const colours = ['color-contrast', 'link-in-text-block'];

async function inspect(page: Page, name: string, scheme: string): Promise<void> {
  const axe = new AxeBuilder({ page })
    // Fluent's own marks around a dialog, which hand the focus on as soon as they get it
    .exclude('[data-tabster-dummy]')
    // in the page itself: no page here has frames, and a page for each analysis took as long as the rules
    .setLegacyMode();
  const { violations } = await (scheme === 'light'
    ? axe.withTags(standards)
    : axe.withRules(colours)
  ).analyze();
  const told = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
  }));
  expect({ name, scheme, told }).toEqual({ name, scheme, told: [] });
  const { width = 0 } = (await page.locator('main, [data-heading]').first().boundingBox()) ?? {};
  expect(width).toBeLessThanOrEqual(narrow.width);
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** Holds what stands on a page against the rules in each of some looks; afterwards it looks as before. */
async function examine(page: Page, name: string, schemes: readonly Look[]): Promise<void> {
  for (const { scheme, media } of schemes) {
    await page.emulateMedia(media);
    await painted(page);
    await inspect(page, name, scheme);
    await picture(page, `${name}-${scheme}-narrow`);
  }
  if (pictures !== undefined) {
    await page.setViewportSize(wide);
    for (const { scheme, media } of looks.slice(0, 2)) {
      await page.emulateMedia(media);
      await painted(page);
      await picture(page, `${name}-${scheme}-wide`);
    }
    await page.setViewportSize(narrow);
  }
  await page.emulateMedia(ownLooks[0].media);
}

for (const [filling, fill] of Object.entries(fillings)) {
  describe(`every screen with ${filling === 'empty' ? 'no' : filling} data`, () => {
    let stand: ConsoleStand;
    let link: string;
    let page: Page;
    const ids: Record<string, string> = {};
    beforeAll(async () => {
      stand = new ConsoleStand();
      await prepare(stand.dataFolder, fill);
      link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
      page = await stand.open({ viewport: narrow });
      await page.goto(link);
      await signIn(page);
      if (filling !== 'empty') ids.TENANT = await firstTenant(page, link);
    }, 300_000);
    afterAll(() => stand.close());

    // what is not a list, or is opened over one, is the same with little
    const seen = screens.filter(
      ({ path, name, restorable, open }) =>
        (filling === 'little' || (open === undefined && !/^(restore|settings|tenant$)/.test(name))) &&
        (filling !== 'much' || name !== 'tenants-erased') &&
        (filling !== 'empty' || (!path.includes('TENANT') && name !== 'audit-entry')) &&
        (filling === 'little' || restorable === undefined),
    );

    for (const screen of seen) {
      test(`${screen.name}: nothing that axe finds, and nothing cut off`, async () => {
        await show(page, link, screen, ids);
        // a dialog has the colours of the screen that it opens over
        const inEvery = filling === 'little' && (screen.open === undefined || pictures !== undefined);
        await examine(page, `${screen.name}-${filling}`, inEvery ? looks : looks.slice(0, 1));
        if (filling === 'little') await examineZoomed(page, screen.name);
      }, 60_000);
    }

    if (filling === 'little') {
      test('what is shown only for a while: nothing that axe finds, and nothing cut off', async () => {
        const { folder } = stand;
        const place = { link, tenant: ids.TENANT ?? '', folder };
        const look = (name: string) => examine(page, name, looks);
        await walkMoments(page, place, look);
        await walkRestore(page, place, look);
      }, 180_000);
    }

    if (filling === 'little') {
      test('the dashboard counts nothing before it knows', async () => {
        const letGo = await holdAsked(page, ['listTenants', 'listOperators', 'listNotices']);
        await page.goto(new URL('/', link).href);
        const tiles = page.getByRole('list', { name: 'Managers' });
        const [counts, asking] = [
          tiles.getByText(/^\d+ (tenant|operator)s?$/),
          page.getByText('Looking at the'),
        ];
        await tiles.getByText(/in the installation’s log/).waitFor();
        await asking.waitFor();
        expect(await counts.allInnerTexts()).toEqual([]);
        expect(await page.getByText('First steps').count()).toBe(0);
        letGo();
        await counts.nth(1).waitFor();
        expect(await counts.allInnerTexts()).toEqual(['4 tenants', '3 operators']);
        await asking.waitFor({ state: 'detached' });
      });
    }

    test('no page complained but about what was refused on purpose', () => {
      expect(stand.complaints.filter((text) => !/40[19]/.test(text))).toEqual([]);
    });
  });
}

describe('the first run', () => {
  const stand = new ConsoleStand();
  afterAll(() => stand.close());

  test('each of its steps: nothing that axe finds, and nothing cut off', async () => {
    const page = await stand.open({ viewport: narrow });
    await walkFirstRun(page, await stand.serve(), (name) => examine(page, name, looks));
    expect(stand.complaints).toEqual([]);
  }, 120_000);
});

describe('a recovery', () => {
  const stand = new ConsoleStand();
  afterAll(() => stand.close());

  test('each of its steps: nothing that axe finds, and nothing cut off', async () => {
    const lost = await loseMachine(stand);
    const page = await stand.open({ viewport: narrow });
    await walkRecovery(page, await stand.serve(), lost, (name) => examine(page, name, looks));
    expect(stand.complaints.filter((text) => !text.includes('/rpc'))).toEqual([]);
  }, 240_000);
});
