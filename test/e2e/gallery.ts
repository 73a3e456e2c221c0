import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Look } from './console/moments.ts';
import { painted } from './console/screens.ts';

const looks = [
  { name: 'light, 1440 px', key: 'light-1440', scheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'dark, 1024 px', key: 'dark-1024', scheme: 'dark', viewport: { width: 1024, height: 768 } },
] as const;

/** Pictures of screens in each look, in `docs/images/screens`, and the page that shows them in the order they were taken. */
export class Gallery {
  readonly #docs: string;
  readonly #folder: string;
  readonly #names: string[] = [];

  constructor(docs: string) {
    this.#docs = docs;
    this.#folder = join(docs, 'images/screens');
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Takes what stands on a page; the page is left as the last look has it. */
  looksAt(page: Page): Look {
    return async (name) => {
      this.#names.push(name);
      for (const { key, scheme, viewport } of looks) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize(viewport);
        await painted(page);
        const path = join(this.#folder, `${name}-${key}.jpg`);
        await page.screenshot({ path, type: 'jpeg', quality: 70 });
      }
    };
  }

  writePage(): void {
    const rows = this.#names.map((name) => {
      const cells = looks.map(
        (look) => `![${name}, ${look.name}](../images/screens/${name}-${look.key}.jpg)`,
      );
      return `| ${name} | ${cells.join(' | ')} |`;
    });
    const text = [
      '# Every screen',
      '',
      'With the data of a small shop after a week. Made by `npm run screenshots`.',
      '',
      ['| screen |', ...looks.map(({ name }) => ` ${name} |`)].join(''),
      `|---|${looks.map(() => '---|').join('')}`,
      ...rows,
    ];
    writeFileSync(join(this.#docs, 'guide/screens.md'), `${text.join('\n')}\n`);
  }
}
