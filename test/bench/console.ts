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
import { takeClick, watchClicks } from './harness/click-to-paint.ts';
import { appendMany } from './harness/many-entries.ts';
import type { Bench, Report } from './harness/report.ts';
import { median, middle, type Took, timed } from './harness/rounds.ts';

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
  const { loading: empty, click } = await emptyPage(page);
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

  await watchClicks(page);
  await changeScreens(page); // loads the code of each
  const quiet: Change[] = [];
  for (let round = 0; round < rounds; round += 1) quiet.push(...(await changeScreens(page)));
  report.line({
    what: `console: change of screen, ${tenantCount.toLocaleString('en')} tenants, ${entryCount.toLocaleString('en')} entries`,
    ratio: click / middleOf(quiet),
    yardstick: 'a click that changes a heading alone',
    measured: told(quiet),
    against: ms(click),
  });
  const beside: Change[] = [];
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
    ratio: middleOf(quiet) / middleOf(beside),
    yardstick: 'without a backup',
    measured: told(beside),
    against: told(quiet),
  });
  report.note(
    'Loading is timed by a driver from outside, some milliseconds of its own included; changes of screen by the page itself, from the click to the paint.',
  );
}

interface Change {
  readonly section: string;
  readonly wall: number;
}

/** Goes through every section; what each took from the click until its heading was painted. */
async function changeScreens(page: Page): Promise<Change[]> {
  const changes: Change[] = [];
  for (const section of sections) {
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
    await page.getByRole('heading', { level: 1, name: section }).waitFor();
    await settled(page);
    changes.push({ section, wall: await takeClick(page) });
  }
  return changes;
}

const middleOf = (changes: readonly Change[]) => middle(changes.map(({ wall }) => wall));

function told(changes: readonly Change[]): string {
  const [slowest] = changes.toSorted((one, other) => other.wall - one.wall);
  return `${ms(middleOf(changes))}, slowest ${ms(slowest?.wall ?? Number.NaN)} (${slowest?.section})`;
}

/** Milliseconds until an empty page stands, and from a click on its link until a heading is painted. */
async function emptyPage(page: Page): Promise<{ readonly loading: number; readonly click: number }> {
  const server = createServer((request, response) => {
    const script = request.url === '/script.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(
      script
        ? `const heading = document.createElement('h1');
           document.querySelector('a').onclick = () => { heading.textContent = 'Other'; };
           document.body.append(heading)`
        : '<body><a href="#other">Other</a><script type="module" src="/script.js"></script>',
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
  await watchClicks(page);
  const clicks: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await page.evaluate(`document.querySelector('h1').textContent = ''`);
    await page.getByRole('link', { name: 'Other' }).click();
    await page.getByRole('heading', { name: 'Other' }).waitFor();
    await settled(page);
    clicks.push(await takeClick(page));
  }
  server.closeAllConnections();
  server.close();
  return { loading: median(times), click: middle(clicks) };
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
