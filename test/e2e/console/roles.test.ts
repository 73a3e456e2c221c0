import type { Page } from '@playwright/test';
import { afterAll, beforeAll, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { show } from './screens.ts';
import { goTo, passphrase, signIn } from './story.ts';

const stand = new ConsoleStand();
let acme: string;
afterAll(() => stand.close());

const operators = { administrator: 'Bo Hale', operator: 'Cy Marsh', auditor: 'Di Okoye' } as const;
type Role = keyof typeof operators;

/** What is offered where, and to whom. */
const offers: readonly (readonly [
  path: string,
  kind: 'button' | 'link',
  name: string,
  to: readonly Role[],
])[] = [
  ['/tenants', 'button', 'Create tenant', ['administrator']],
  ['/tenants', 'button', 'Add sample data', ['administrator']],
  ['/tenants/TENANT', 'button', 'Suspend', ['administrator']],
  ['/tenants/TENANT/people', 'button', 'Add user or bot', ['administrator', 'operator']],
  ['/tenants/TENANT/data', 'button', 'Import documents', ['administrator', 'operator']],
  ['/tenants/TENANT', 'link', 'Restore it', ['administrator']],
  ['/access/keys', 'button', 'Create API key', ['administrator']],
  ['/access/operators', 'button', 'Add operator', []],
  ['/backups', 'button', 'Back up', ['administrator', 'operator']],
  ['/backups', 'link', 'Restore…', ['administrator']],
  ['/backups/schedules', 'button', 'Run now', ['administrator', 'operator']],
  ['/settings', 'button', 'Confirm it now', []],
];
/** Forms that have an address, none of them for everybody. */
const forms: readonly (readonly [path: string, role: 'radio' | 'dialog'])[] = [
  ['/backups/restore', 'radio'],
  ['/backups/restore?tenant=TENANT', 'radio'],
  ['/tenants?create=1', 'dialog'],
  ['/tenants?sample=1', 'dialog'],
];

/** An installation with one operator of each role. */
beforeAll(async () => {
  await prepare(stand.dataFolder, async (client, ended) => {
    for (const each of Object.keys(operators) as Role[]) {
      await client.auth.createOperator({ name: operators[each], role: each, passphrase });
    }
    acme = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
    const note = { tenant: acme, collection: 'notes', id: 'one' };
    await client.tenants.putDocument({ ...note, value: { kept: true } });
    await ended(await client.backups.createBackup({ scope: { all: true } }));
  });
  await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
}, 120_000);

/** A browser of its own in which one of them signs in. */
async function enter(role: Role): Promise<Page> {
  const page = await stand.open();
  await page.goto(await stand.link());
  await signIn(page, operators[role]);
  return page;
}

const visit = (page: Page, path: string) => show(page, page.url(), { name: path, path }, { TENANT: acme });

test.each(['administrator', 'operator', 'auditor'] as const)(
  '%s: offered is what is allowed, and an address of more says that it is not',
  async (role) => {
    const page = await enter(role);
    for (const [path, kind, name, to] of offers) {
      if (new URL(page.url()).pathname !== path.replace('TENANT', acme)) await visit(page, path);
      const offered = page.getByRole(kind, { name, exact: true });
      if (to.includes(role)) await expect(offered.first(), `${path} ${name}`).toBeVisible();
      else await expect(offered, `${path} ${name}`).toHaveCount(0);
    }
    const mayAll = role === 'administrator';
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: 'Verify the audit log' }).waitFor();
    for (const name of ['Create tenant', 'Add sample data', 'Restore from a backup']) {
      await expect(page.getByRole('option', { name })).toHaveCount(mayAll ? 1 : 0);
    }
    await page.keyboard.press('Escape');
    for (const [path, form] of forms) {
      await visit(page, path);
      const refusal = page.getByText('Your role does not allow this. Ask an owner');
      await expect(refusal, path).toHaveCount(mayAll ? 0 : 1);
      if (mayAll) await expect(page.getByRole(form).first(), path).toBeVisible();
      else await expect(page.getByRole(form), path).toHaveCount(0);
    }
    expect(stand.complaints).toEqual([]);
  },
  240_000,
);

test('an auditor reads the record to its last entry and verifies it', async () => {
  const page = await enter('auditor');
  await visit(page, '/audit?action=tenant.create');
  await page.getByRole('row', { name: /Tenant created.*Ada Obi.*Acme/ }).click();
  await expect(page.getByRole('complementary').getByText('tenant.create', { exact: true })).toBeVisible();
  const entry = new URL(page.url()).searchParams.get('entry');
  await visit(page, `/audit?severity=critical&entry=${entry}`); // which the list leaves out
  await expect(page.getByRole('complementary').getByText('tenant.create', { exact: true })).toBeVisible();
  await visit(page, `/audit?entry=${acme}`);
  await expect(page.getByRole('alert')).toContainText('The audit log has no such entry.');
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await expect(page.getByText('Nothing was changed, cut or taken away.')).toBeVisible();
  await visit(page, '/tenants/TENANT/data?collection=notes&document=one');
  await expect(page.getByRole('complementary', { name: 'one' }).getByText('"kept": true')).toBeVisible();
  await goTo(page, 'Jobs');
  await expect(page.getByRole('row', { name: /Di Okoye/ })).toHaveCount(1);
  expect(stand.complaints).toEqual([]);
});

test('an operator backs up and adds a bot', async () => {
  const page = await enter('operator');
  await goTo(page, 'Backups');
  await page.getByRole('button', { name: 'Back up', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Back up everything' }).click();
  await page.getByText(/2 snapshots made/).waitFor();
  await visit(page, '/tenants/TENANT/people');
  await page.getByRole('button', { name: 'Add user or bot' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('Order intake');
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
  await page.getByRole('row', { name: /Order intake/ }).waitFor();
  expect(stand.complaints).toEqual([]);
});
