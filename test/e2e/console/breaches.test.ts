import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

const before = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

test('a breach is recorded in the order of Art. 33(3), told, and reported', async () => {
  await prepare(stand.dataFolder, async (client) => {
    const { id } = await client.tenants.createTenant({ name: 'Acme Foundries', tier: 'enterprise' });
    await client.audit.recordBreach({
      title: 'Mail to the wrong list',
      awareAt: before(67),
      description: 'An invoice went to 40 people.',
      tenants: [id],
    });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);
  await expect(page.getByText(/Breach “Mail to the wrong list”: 4 h \d+ min left/)).toBeVisible();
  await goTo('/inbox');
  await page.getByText('A breach has to be told within 72 hours').click();
  await page.getByRole('link', { name: 'Open the breach' }).click();
  await expect(page.getByText('An invoice went to 40 people.')).toBeVisible();

  await page.getByRole('button', { name: 'Record a breach' }).click();
  const next = () => page.getByRole('button', { name: 'Next' }).click();
  await next();
  await expect(page.getByText('Needed.').first()).toBeVisible();
  await page.getByRole('textbox', { name: 'What it is called' }).fill('Lost laptop');
  await page.getByRole('textbox', { name: 'What happened' }).fill('A laptop was left on a train.');
  await next();
  await page.getByRole('checkbox', { name: /^Confidentiality/ }).check();
  await page.getByRole('textbox', { name: 'People, about how many' }).fill('1200');
  await page.getByRole('textbox', { name: 'Which people' }).fill('customers');
  await next();
  await page.getByRole('textbox', { name: 'Who can say more' }).fill('dpo@acme.example');
  await next();
  await page.getByRole('textbox', { name: 'What it is likely to lead to' }).fill('Addresses may be misused.');
  await page.getByRole('radio', { name: /^A risk to people: / }).check();
  await next();
  await page.getByRole('textbox', { name: /^What was done/ }).fill('The disk was encrypted.');
  await page.getByRole('textbox', { name: /^Entries of the log/ }).fill('0');
  await next();
  await page.getByRole('button', { name: 'Record it' }).click();
  await expect(page.getByText('about 1,200', { exact: false })).toBeVisible();

  await page.getByRole('button', { name: 'Authority told…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Which authority' }).fill('The commissioner');
  await dialog.getByRole('button', { name: 'Record the notice' }).click();
  await expect(page.getByText('Authority told of a breach')).toBeVisible();
  await page.getByRole('button', { name: 'Close…' }).click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('nothing is left to do');
  await dialog.getByRole('button', { name: 'Close it' }).click();
  await expect(page.getByRole('button', { name: 'Reopen…' })).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Report as PDF' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^holdfast-breach-.*\.pdf$/);
  expect(stand.complaints).toEqual([]);
});
