// The console in a browser, against an empty page with one script in the same browser.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { ConsoleStand } from '../e2e/console/console-stand.ts';
import { prepare } from '../e2e/console/prepared.ts';
import { settled } from '../e2e/console/screens.ts';
import { passphrase, signIn } from '../e2e/console/story.ts';
import type { Bench, Report } from './harness/report.ts';
import { median, type Took, timed } from './harness/rounds.ts';

const tenantCount = 1_000;
const rounds = 5;
const yardstick = 'an empty page with one script';
const sections = ['Tenants', 'Access', 'Audit log', 'Backups', 'Jobs', 'Inbox', 'Settings', 'Dashboard'];

async function run(report: Report): Promise<void> {
  const stand = new ConsoleStand();
  try {
    await prepare(stand.dataFolder, async (client) => {
      for (let at = 0; at < tenantCount; at += 1) {
        await client.tenants.createTenant({ name: `Tenant ${at}`, tier: 'free' });
      }
    });
    const began = performance.now();
    const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
    report.line({ what: 'console: host started', measured: ms(performance.now() - began) });
    const page = await stand.open({ viewport: { width: 1440, height: 900 } });
    await measure(report, page, link);
  } finally {
    await stand.close();
  }
}

async function measure(report: Report, page: Page, link: string): Promise<void> {
  const empty = await emptyPage(page);
  const loaded = new Set<string>();
  page.on('response', (response) => loaded.add(response.url()));
  const first = await timed(async () => {
    await page.goto(link);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
  await signIn(page);
  await settled(page);
  let firstLoad = 0;
  for (const address of loaded) {
    firstLoad += gzipSync(Buffer.from(await (await fetch(address)).arrayBuffer())).length;
  }
  const again: Took[] = [];
  for (let round = 0; round < rounds; round += 1) {
    again.push(
      await timed(async () => {
        await page.goto(new URL('/settings', link).href);
        await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
      }),
    );
  }
  const against = ms(empty);
  report.line({
    what: 'console: link to the sign-in form',
    ratio: empty / first.wall,
    yardstick,
    measured: ms(first.wall),
    against,
  });
  report.line({
    what: 'console: a screen loaded anew',
    ratio: empty / median(again),
    yardstick,
    measured: ms(median(again)),
    against,
  });
  report.line({
    what: 'console: first load up to the dashboard',
    measured: `${(firstLoad / 1_000).toFixed(0)} kB gzip`,
  });

  const changes: Took[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const section of sections) {
      const took = await timed(async () => {
        await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
        await page.getByRole('heading', { level: 1, name: section }).waitFor();
      });
      // the first round loads the code of each
      if (round > 0) changes.push(took);
      await settled(page);
    }
  }
  report.line({
    what: `console: change of screen, ${tenantCount.toLocaleString('en')} tenants`,
    measured: `${ms(median(changes))}, slowest ${ms(Math.max(...changes.map(({ wall }) => wall)))}`,
  });
  report.note(
    'Times in the browser are those that a driver sees from outside, some milliseconds of its own included.',
  );
}

async function emptyPage(page: Page): Promise<number> {
  const server = createServer((request, response) => {
    const script = request.url === '/script.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(
      script
        ? `document.body.append(document.createElement('h1'))`
        : '<body><script type="module" src="/script.js"></script>',
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const times: Took[] = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push(
      await timed(async () => {
        await page.goto(`http://127.0.0.1:${port}/`);
        await page.locator('h1').waitFor({ state: 'attached' });
      }),
    );
  }
  server.closeAllConnections();
  server.close();
  return median(times);
}

const ms = (value: number) => `${value.toFixed(0)} ms`;

export const bench: Bench = { name: 'console', run };
