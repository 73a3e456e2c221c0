import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { screens, show } from './console/screens.ts';

const looks = [
  { name: 'light, 1440 px', key: 'light-1440', scheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'dark, 1024 px', key: 'dark-1024', scheme: 'dark', viewport: { width: 1024, height: 768 } },
] as const;

/** A picture of every screen in each look, in `docs/images/screens`, and the page that shows them. */
export async function makeGallery(docs: string, page: Page, link: string, tenant: string): Promise<void> {
  const folder = join(docs, 'images/screens');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { key, scheme, viewport } of looks) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(viewport);
    for (const screen of screens) {
      await show(page, link, screen, { TENANT: tenant });
      await page.screenshot({ path: join(folder, `${screen.name}-${key}.jpg`), type: 'jpeg', quality: 70 });
    }
  }
  const rows = screens.map(({ name }) => {
    const cells = looks.map((look) => `![${name}, ${look.name}](../images/screens/${name}-${look.key}.jpg)`);
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const head = ['| screen |', ...looks.map(({ name }) => ` ${name} |`)].join('');
  const text = [
    '# Every screen',
    '',
    'With the data of a small shop after a week. Made by `npm run screenshots`.',
    '',
    head,
    `|---|${looks.map(() => '---|').join('')}`,
    ...rows,
  ];
  writeFileSync(join(docs, 'guide/screens.md'), `${text.join('\n')}\n`);
}
