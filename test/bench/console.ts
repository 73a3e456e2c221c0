// The console in a browser, against an empty page with one script in the same browser.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { systemIds } from '../../main/suite/system.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Uuid } from '../../shared/ids.ts';
import { ConsoleStand } from '../e2e/console/console-stand.ts';
import { prepare } from '../e2e/console/prepared.ts';
import { settled } from '../e2e/console/screens.ts';
import { passphrase, signIn } from '../e2e/console/story.ts';
import { appendMany } from './harness/many-entries.ts';
import type { Bench, Report } from './harness/report.ts';
import { median, type Took, timed } from './harness/rounds.ts';

const tenantCount = 1_000;
const entryCount = 1_000_000;
const documents = 300_000;
const documentBytes = 400;
const rounds = 5;
const yardstick = 'an empty page with one script';
const sections = ['Tenants', 'Access', 'Audit log', 'Backups', 'Jobs', 'Inbox', 'Settings', 'Dashboard'];

async function run(report: Report): Promise<void> {
  const stand = new ConsoleStand();
  try {
    await prepare(stand.dataFolder, async (client, ended, suite) => {
      const tenants: Uuid[] = [];
      for (let at = 0; at < tenantCount; at += 1) {
        tenants.push((await client.tenants.createTenant({ name: `Tenant ${at}`, tier: 'free' })).id);
      }
      const ids = systemIds(systemClock);
      await appendMany({ audit: suite.audit, ids, count: entryCount, tenants: tenants.slice(0, 20) });
      await client.audit.getAuditTrail({ limit: 1 });
      const big = await client.tenants.createTenant({ name: 'Big', tier: 'enterprise' });
      const file = join(stand.folder, 'big.jsonl');
      writeFileSync(file, lines(documents, documentBytes));
      await ended(await client.tenants.importDocuments({ tenant: big.id, collection: 'big', file }));
    });
    const began = performance.now();
    const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
    report.line({ what: 'console: host started', measured: ms(performance.now() - began) });
    const page = await stand.open({ viewport: { width: 1440, height: 900 } });
    await measure(report, stand, page, link);
  } finally {
    await stand.close();
  }
}

async function measure(report: Report, stand: ConsoleStand, page: Page, link: string): Promise<void> {
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

  await changeScreens(page); // loads the code of each
  const quiet: Took[] = [];
  for (let round = 0; round < rounds; round += 1) quiet.push(...(await changeScreens(page)));
  report.line({
    what: `console: change of screen, ${tenantCount.toLocaleString('en')} tenants, ${entryCount.toLocaleString('en')} entries`,
    measured: told(quiet),
  });
  const beside: Took[] = [];
  let backups = 0;
  while (beside.length < sections.length * rounds) {
    const backup = stand.command(['backup', 'run', '--tenant', 'big'], {
      HOLDFAST_PASSPHRASE: passphrase,
    });
    backups += 1;
    let running = true;
    void backup.then(() => {
      running = false;
    });
    while (running) beside.push(...(await changeScreens(page)));
    await backup;
  }
  report.line({
    what: `console: the same beside ${backups} backups of ${(documents * documentBytes) / 1e6} MB`,
    ratio: median(quiet) / median(beside),
    yardstick: 'without a backup',
    measured: told(beside),
    against: told(quiet),
  });
  report.note(
    'Times in the browser are those that a driver sees from outside, some milliseconds of its own included.',
  );
}

/** Goes through every section; what each took until its heading was there. */
async function changeScreens(page: Page): Promise<Took[]> {
  const times: Took[] = [];
  for (const section of sections) {
    times.push(
      await timed(async () => {
        await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
        await page.getByRole('heading', { level: 1, name: section }).waitFor();
      }),
    );
    await settled(page);
  }
  return times;
}

function told(times: readonly Took[]): string {
  return `${ms(median(times))}, slowest ${ms(Math.max(...times.map(({ wall }) => wall)))}`;
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

/** JSON Lines of documents that hardly compress. */
function lines(count: number, bytes: number): Buffer {
  const pieces = Array.from({ length: count }, (_, n) => {
    const text = randomBytes((bytes - 40) / 2).toString('hex');
    return `{"id":"document-${String(n).padStart(8, '0')}","text":"${text}"}\n`;
  });
  return Buffer.from(pieces.join(''));
}

const ms = (value: number) => `${value.toFixed(0)} ms`;

export const bench: Bench = { name: 'console', run };
