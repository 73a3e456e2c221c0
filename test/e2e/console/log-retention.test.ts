import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test, vi } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

const yearMs = 365 * 24 * 3_600_000;

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(async () => {
  vi.useRealTimers();
  await stand.close();
});

test('what is old goes into an archive, and fewer days wait, and are cancelled', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 7 * yearMs });
  await prepare(stand.dataFolder, async (client, _, { audit }) => {
    await audit.life.beat();
    const { id: tenant } = await client.tenants.createTenant({ name: 'Acme Foundries', tier: 'enterprise' });
    for (let at = 0; at < 140; at += 1) await client.audit.logAction({ tenant, action: 'invoice.send' });
  });
  vi.useRealTimers();
  const archives = `${stand.dataFolder}-archives`;
  mkdirSync(archives);
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit/retention', page.url()).href);
  await expect(page.getByText(/^256 entries are old enough/)).toBeVisible();
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Name a folder…' }).click();
  await dialog.getByLabel('Folder').fill(archives);
  await dialog.getByRole('button', { name: 'Use it', exact: true }).click();
  await page.getByRole('button', { name: 'Archive and drop…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Archive and drop', exact: true }).click();
  await expect(page.getByText('256 entries are archived and dropped.')).toBeVisible();
  const history = page.getByRole('table', { name: 'What was pruned' });
  await expect(history.getByText('0 to 255')).toBeVisible();
  await expect(history.getByText(readdirSync(archives)[0] ?? 'none')).toBeVisible();

  await page.getByRole('button', { name: 'Change…' }).click();
  await dialog.getByLabel('Days', { exact: false }).fill('400');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the disk is small');
  await dialog.getByRole('button', { name: 'Keep it so long' }).click();
  const pending = page.getByRole('table', { name: 'Changes that wait' });
  await expect(pending).toContainText('From 2,192 to 400 days');
  await expect(pending).toContainText('Holds from');
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await expect(dialog.getByText(/^holdfast audit retention cancel /)).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('there is a larger disk');
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await expect(pending).toHaveCount(0);
  await page.getByRole('button', { name: 'Change…' }).click();
  await dialog.getByLabel('Which entries').selectOption('Signing in and out');
  await expect(
    dialog.getByText('holdfast audit retention set --days 2192 --class authentication'),
  ).toBeVisible();
  await dialog.getByLabel('Days', { exact: false }).fill('3650');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the auditor asks for it');
  await dialog.getByRole('button', { name: 'Keep it so long' }).click();
  const kept = page.getByRole('table', { name: 'How long the log is kept' });
  await expect(kept.getByRole('row', { name: /Signing in and out 3,650/ })).toBeVisible();
  await page.getByRole('button', { name: 'Put a log on hold…' }).click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('a lawsuit');
  await dialog.getByRole('button', { name: 'Put on hold' }).click();
  await expect(page.getByRole('table', { name: 'Legal holds' }).getByText('a lawsuit')).toBeVisible();
  await page.goto(new URL('/audit/integrity', page.url()).href);
  const silent = page.getByRole('table', { name: 'Times the log says nothing of' });
  await expect(silent.getByRole('row', { name: /Nothing ran for 2,55\d(\.\d)? days/ })).toBeVisible();
  const gone = page.getByRole('table', { name: 'Archived and gone from here' });
  await expect(gone.getByRole('row', { name: /0 to 255/ })).toContainText(readdirSync(archives)[0] ?? 'none');
  // begun by somebody else
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Verify now' }).click();
  await expect(other.getByText('Nothing was changed, cut or taken away.')).toBeVisible();
  await other.close();
  const theirs = page.getByText('It has ended. What it found is above.');
  await expect(theirs).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(theirs).toHaveCount(0);
  await page.goto(new URL('/audit', page.url()).href);
  await expect(page.getByText(/^Older entries are archived, up to entry 255 in holdfast-log-/)).toBeVisible();
  const then = (days: number) => new Date(Date.now() - 7 * yearMs + days * 24 * 3_600_000).toISOString();
  await page.goto(new URL(`/audit/reports?standard=soc2&from=${then(-1)}&to=${then(1)}`, page.url()).href);
  const archived = page.getByRole('table', { name: 'Archived entries' });
  await expect(archived).toContainText('0 to 255 of');
  await expect(archived).toContainText(readdirSync(archives)[0] ?? 'none');
  await expect(page.getByText('May be archived', { exact: true }).first()).toBeVisible();
  expect(stand.complaints).toEqual([]);
});

test('what another program changed is shown, and an owner takes it as it stands', async () => {
  await prepare(stand.dataFolder, async (client) => {
    await client.audit.holdAuditLog({ reason: 'a lawsuit' });
    await client.audit.setAuditRetention({ days: 4000, reason: 'as the contract says' });
  });
  const edit = 'UPDATE audit_retention SET days = 1; UPDATE audit_holds SET lifted_at = 1';
  execFileSync('sqlite3', [join(stand.dataFolder, 'control.db'), edit]);
  const page = await stand.open();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit/retention', page.url()).href);
  const changed = page.getByText('Changed outside Holdfast.');
  await expect(changed).toBeVisible();
  await expect(page.getByRole('heading', { name: 'What would go now' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Take it as it stands…' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('edited by a script');
  await dialog.getByRole('button', { name: 'Take it as it stands', exact: true }).click();
  await expect(changed).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'What would go now' })).toBeVisible();
  expect(stand.complaints).toEqual([]);
});

test('of many logs some are shown, and the others by a button that leads to them', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 7 * yearMs });
  await prepare(stand.dataFolder, async (client) => {
    for (let tenants = 0; tenants < 21; tenants += 1) {
      const { id: tenant } = await client.tenants.createTenant({ name: `Acme ${tenants}`, tier: 'standard' });
      const send = () => client.audit.logAction({ tenant, action: 'invoice.send' });
      await Promise.all(Array.from({ length: 140 }, send));
    }
  });
  vi.useRealTimers();
  const page = await stand.open();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit/retention', page.url()).href);
  const rows = page.getByRole('table', { name: 'What would go now' }).getByRole('row');
  await expect(rows).toHaveCount(21);
  const more = page.getByRole('button', { name: 'Show more (1 left)' });
  await more.press('Enter');
  await expect(rows).toHaveCount(22);
  await expect(rows.last()).toBeFocused();
  await expect(more).toHaveCount(0);
  expect(stand.complaints).toEqual([]);
}, 180_000);
