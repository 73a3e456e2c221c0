import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

/** Memory of the process that shows a page, as the system counts it. */
export class BrowserMemory {
  readonly #id: number;

  private constructor(id: number) {
    this.#id = id;
  }

  static async of(page: Page): Promise<BrowserMemory> {
    const session = await page.context().browser()?.newBrowserCDPSession();
    const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {};
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    const shown = renderers.sort((one, other) => field(other, 'VmRSS') - field(one, 'VmRSS'))[0];
    if (shown === undefined) throw new Error('The browser names no process that shows the page.');
    return new BrowserMemory(shown);
  }

  /** In bytes. */
  now(): number {
    return field(this.#id, 'VmRSS');
  }

  most(): number {
    return field(this.#id, 'VmHWM');
  }
}

function field(id: number, name: string): number {
  const [, kibibytes] =
    new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
