import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';

/** What the page shows of a bundle. */
export interface Shown {
  /** Of the verdict: good, open (amber), bad. */
  readonly tone: string;
  readonly title: string;
  readonly text: string;
}

/** verify.html in a browser without a network. */
export class VerifyPage {
  /** Whatever it asked for but itself, and whatever went wrong in it. */
  readonly complaints: string[] = [];
  readonly page: Page;
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
  }

  static async open(file: string, options: BrowserContextOptions = {}): Promise<VerifyPage> {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    const context = await browser.newContext(options);
    await context.setOffline(true);
    const page = await context.newPage();
    const opened = new VerifyPage(browser, page);
    const address = pathToFileURL(file).href;
    page.on('request', (request) => {
      if (request.url() !== address) opened.complaints.push(`asked for ${request.url()}`);
    });
    page.on('pageerror', (error) => opened.complaints.push(error.message));
    page.on('console', (message) => opened.complaints.push(message.text()));
    await page.goto(address);
    await page.locator('#fields:enabled').waitFor();
    return opened;
  }

  /** Has a file checked; null: no key is given. */
  async check(path: string, key: string | null, policy = ''): Promise<Shown> {
    const { page } = this;
    await page.getByLabel('Verifier key of the installation').fill(key ?? '');
    const details = page.locator('details');
    if (policy !== '' && (await details.getAttribute('open')) === null)
      await details.getByText('Witnesses that have to have signed').click();
    if ((await details.getAttribute('open')) !== null) await page.getByLabel('Policy').fill(policy);
    await page.getByLabel('Bundle').setInputFiles(path);
    return await this.shown();
  }

  /** What is shown once the checks are through. */
  async shown(): Promise<Shown> {
    const result = this.page.getByRole('region', { name: 'Verdict' });
    const title = await result.getByRole('heading', { level: 2 }).innerText();
    return { tone: (await result.getAttribute('class')) ?? '', title, text: await result.innerText() };
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
