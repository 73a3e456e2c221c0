import { afterEach, beforeEach, test } from 'vitest';
import { WebhookServer } from '../../doubles/webhook-server.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
let server: WebhookServer;
beforeEach(async () => {
  stand = new ConsoleStand();
  server = new WebhookServer();
  await server.start();
});
afterEach(async () => {
  await stand.close();
  await server.close();
});

/** Refuses the entry that adds the destination until `patient`. */
let patient = false;
const refusing = ({ body }: { readonly body: string }) =>
  !patient && body.includes('"event_code":"audit.forward.add"') ? { status: 422 } : undefined;

test('entries go out, what is refused is seen and tried again, an outage is seen', async () => {
  await prepare(stand.dataFolder, async () => {});
  server.answer = refusing;
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit/forwarding', page.url()).href);
  await expect(page.getByText('Entries stay here')).toBeVisible();
  await page.getByRole('button', { name: 'Add a destination…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Called').fill('Log engine');
  await dialog.getByLabel('Webhook').click();
  await dialog.getByLabel('URL').fill(server.url);
  await dialog.getByLabel('Token').fill('token-of-the-engine');
  await dialog.getByRole('button', { name: 'Add destination', exact: true }).click();

  const row = page.getByRole('row', { name: /Log engine/ });
  await expect(row.getByText('Up to date')).toBeVisible();
  await row.getByRole('button', { name: /1 dead letter/ }).click();
  await expect(dialog.getByText('Refused (422)')).toBeVisible();
  patient = true;
  await dialog.getByRole('button', { name: 'Try all once more' }).click();
  await expect(dialog.getByText('There are none any more.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await row.getByRole('button', { name: 'Test Log engine' }).click();
  await expect(page.getByText(/Log engine took the test message/)).toBeVisible();
  expect(server.taken.every(({ headers }) => headers.authorization === 'Bearer token-of-the-engine')).toBe(
    true,
  );

  server.answer = () => ({ status: 503 });
  await row.getByRole('button', { name: 'Test Log engine' }).click();
  await expect(page.getByText(/The server answers with 503/)).toBeVisible();
  await expect(row.getByText('Failing')).toBeVisible();
  await row.getByRole('button', { name: 'Pause… Log engine' }).click();
  await dialog.getByLabel('Reason').fill('it is being repaired');
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(row.getByText('Paused')).toBeVisible();
});
