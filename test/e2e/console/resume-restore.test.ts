import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
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

test('a restore whose disk was away is resumed from its job, and once only', async () => {
  const path = join(stand.dataFolder, '..', 'restored-by-resuming');
  let jobId = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    const { id: tenant } = await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' });
    await client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { text: 'kept' } });
    await ended(await client.backups.createBackup({ scope: { tenant } }));
    const repository = join(stand.dataFolder, 'repositories', tenant);
    renameSync(repository, `${repository}-away`);
    const destination = { kind: 'folder' as const, path };
    const started = await client.backups.restoreBackup({ tenant, destination, reason: 'To compare' });
    await ended(started);
    ({ jobId } = started);
    renameSync(`${repository}-away`, repository);
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = () => page.goto(new URL(`/jobs/${jobId}`, page.url()).href);
  const resume = page.getByRole('button', { name: 'Resume the restore…' });
  const dialog = page.getByRole('dialog');
  const submit = dialog.getByRole('button', { name: 'Resume the restore' });
  await goTo();
  await expect(page.getByText(`holdfast restore resume ${jobId}`)).toBeVisible();
  expect(existsSync(path)).toBe(false);
  await resume.click();
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Reason').fill('The disk is back');
  await submit.click();
  await page.getByRole('link', { name: 'See the resumed restore' }).click();
  await expect(page.getByText('Succeeded').first()).toBeVisible({ timeout: 60_000 });
  await expect(resume).toHaveCount(0);
  expect(existsSync(join(path, 'data.db'))).toBe(true);
  await goTo();
  await resume.click();
  await dialog.getByLabel('Reason').fill('Once more');
  await submit.click();
  await expect(dialog.getByText(/left no restore|there is no/i)).toBeVisible();
  expect(stand.complaints).toEqual([]);
}, 180_000);
