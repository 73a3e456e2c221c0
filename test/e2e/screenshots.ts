// npm run screenshots: the pictures of README.md and docs, made from what was built, with the data of a small shop.
import { fileURLToPath } from 'node:url';
import { ConsoleStand } from './console/console-stand.ts';
import { loseMachine } from './console/lost-machine.ts';
import { walkFirstRun, walkMoments, walkRestore } from './console/moments.ts';
import { little, prepare } from './console/prepared.ts';
import { walkRecovery } from './console/recovery-moments.ts';
import { firstTenant, painted, screens, settled, show } from './console/screens.ts';
import { passphrase, signIn } from './console/story.ts';
import { Gallery } from './gallery.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const images = `${docs}images/`;
const viewport = { width: 1280, height: 800 };

async function withConsole(work: (stand: ConsoleStand) => Promise<void>): Promise<void> {
  const stand = new ConsoleStand();
  try {
    await work(stand);
  } finally {
    await stand.close();
  }
}

const gallery = new Gallery(docs);

await withConsole(async (stand) => {
  const page = await stand.open({ viewport, colorScheme: 'light' });
  const look = gallery.looksAt(page);
  await walkFirstRun(page, await stand.serve(), async (name) => {
    if (name === 'first-run-recovery-key') await page.screenshot({ path: `${images}first-run.png` });
    await look(name);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(viewport);
    await painted(page);
  });
});

await withConsole(async (stand) => {
  await prepare(stand.dataFolder, little);
  const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
  const page = await stand.open({ viewport, colorScheme: 'light' });
  await page.goto(link);
  await signIn(page);
  const picture = async (path: string, name: string) => {
    await page.goto(new URL(path, link).href);
    await page.locator('[data-heading]').waitFor();
    await settled(page);
    await page.screenshot({ path: `${images}${name}.png` });
  };
  await picture('/', 'dashboard');
  await picture('/audit', 'audit');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('/tenants', 'tenants-dark');

  const tenant = await firstTenant(page, link);
  const look = gallery.looksAt(page);
  for (const screen of screens) {
    await show(page, link, screen, { TENANT: tenant });
    await look(screen.name);
  }
  const place = { link, tenant, folder: stand.folder };
  await walkMoments(page, place, look);
  await walkRestore(page, place, look);

  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(viewport);
  await page.goto(new URL(`/tenants/${tenant}/data?collection=orders&document=order-7`, link).href);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('This document is deleted.').waitFor();
  const changes = screens.filter(({ name }) => name === 'restore-conflicts');
  for (const screen of changes) await show(page, link, screen, { TENANT: tenant });
  await page.screenshot({ path: `${images}restore.png` });
});

await withConsole(async (stand) => {
  const lost = await loseMachine(stand);
  const page = await stand.open({ viewport, colorScheme: 'light' });
  await walkRecovery(page, await stand.serve(), lost, gallery.looksAt(page));
});

gallery.writePage();
