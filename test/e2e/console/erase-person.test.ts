import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'vitest';
import { filesOf } from '../../doubles/bundle-files.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

test('what is kept of a person is handed out; then the person is erased after the plan was read, and the certificate is shown', async () => {
  let tenant = '';
  let principal = '';
  await prepare(stand.dataFolder, async (client) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'enterprise' })).id;
    const made = await client.tenants.createPrincipal({ tenant, kind: 'user', name: 'Grace Hopper' });
    principal = made.id;
    await client.auth.generateApiKey({ principalId: made.id });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL(`/tenants/${tenant}/people?principal=${principal}`, page.url()).href);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Export what is kept…' }).click();
  await expect(dialog.getByText('1 API key', { exact: false })).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(`person-${principal}.zip`);
  expect([...filesOf(readFileSync(await file.path())).keys()]).toEqual([
    'entries.jsonl',
    'person.json',
    'report.pdf',
  ]);
  await dialog.getByRole('button', { name: 'Close', exact: true }).first().click();
  await page.getByRole('button', { name: 'Erase this person…' }).click();
  await expect(dialog.getByText('1 API key', { exact: false })).toBeVisible();
  const submit = dialog.getByRole('button', { name: 'Erase for good' });
  await dialog.getByLabel('Reason').fill('asked to be forgotten');
  await dialog.getByLabel('Type Grace Hopper to confirm').fill('Grace');
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Type Grace Hopper to confirm').fill('Grace Hopper');
  await submit.click();
  await expect(page.getByText(/holdfast person erasure certificate v1/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('gone everywhere')).toBeVisible();
  await page.goto(new URL(`/tenants/${tenant}/people`, page.url()).href);
  await expect(page.getByText('Grace Hopper')).toBeHidden();
  await page.goto(new URL('/audit', page.url()).href);
  await expect(page.getByText('Person erased').first()).toBeVisible();
});
