import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { little, much, prepare } from './prepared.ts';
import { firstTenant, type Screen, screens, show } from './screens.ts';
import { passphrase, signIn } from './story.ts';

/** Where pictures of every screen are put, for a person to look at. */
const pictures = process.env.HOLDFAST_SCREENSHOTS;
const nothing: Parameters<typeof prepare>[1] = async () => {};
const fillings = { empty: nothing, little, much } as const;

const looks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  contrast: { colorScheme: 'dark', forcedColors: 'active' },
} as const;
const sizes = { narrow: { width: 1024, height: 768 }, wide: { width: 1440, height: 900 } } as const;

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const colours = ['color-contrast', 'link-in-text-block'];

for (const [filling, fill] of Object.entries(fillings)) {
  describe(`every screen with ${filling === 'empty' ? 'no' : filling} data`, () => {
    let stand: ConsoleStand;
    let link: string;
    beforeAll(async () => {
      stand = new ConsoleStand();
      await prepare(stand.dataFolder, fill);
      link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
    }, 300_000);
    afterAll(() => stand.close());

    const pages = new Map<string, Page>();
    const ids: Record<string, string> = {};
    async function pageFor(look: keyof typeof looks, size: keyof typeof sizes): Promise<Page> {
      const key = `${look} ${size}`;
      const known = pages.get(key);
      if (known !== undefined) return known;
      const [first] = pages.values();
      const state = first === undefined ? {} : { storageState: await first.context().storageState() };
      const page = await stand.open({ ...looks[look], viewport: sizes[size], ...state });
      pages.set(key, page);
      await page.goto(first === undefined ? link : new URL('/', link).href);
      if (first === undefined) {
        await signIn(page);
        if (filling !== 'empty') ids.TENANT = await firstTenant(page, link);
      }
      return page;
    }

    async function look(screen: Screen, scheme: keyof typeof looks, size: keyof typeof sizes) {
      const page = await pageFor(scheme, size);
      if (screen.path.includes('TENANT') && ids.TENANT === undefined) return;
      if (filling === 'empty' && screen.name === 'audit-entry') return;
      if (filling !== 'little' && screen.restorable) return;
      await show(page, link, screen, ids);
      if (pictures !== undefined) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `${screen.name}-${filling}-${scheme}-${size}.png`) });
      }
      const axe = new AxeBuilder({ page })
        // Fluent's own marks around a dialog, which hand the focus on as soon as they get it
        .exclude('[data-tabster-dummy]');
      // in other colours the same elements are there
      const { violations } = await (scheme === 'light'
        ? axe.withTags(standards)
        : axe.withRules(colours)
      ).analyze();
      const told = violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
      }));
      expect({ screen: screen.name, scheme, size, told }).toEqual({
        screen: screen.name,
        scheme,
        size,
        told: [],
      });
      const { width = 0 } = (await page.locator('main, [data-heading]').first().boundingBox()) ?? {};
      const tooWide = width > sizes[size].width;
      expect({ screen: screen.name, tooWide }).toEqual({ screen: screen.name, tooWide: false });
    }

    for (const screen of screens) {
      test(`${screen.name}: nothing that axe finds, and nothing cut off`, async () => {
        await look(screen, 'light', 'narrow');
        if (filling === 'little') {
          await look(screen, 'dark', 'narrow');
          await look(screen, 'contrast', 'narrow');
        }
        if (pictures !== undefined) {
          await look(screen, 'light', 'wide');
          await look(screen, 'dark', 'wide');
        }
      }, 60_000);
    }

    test('no page complained', () => expect(stand.complaints).toEqual([]));
  });
}
