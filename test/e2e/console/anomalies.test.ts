import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, test, vi } from 'vitest';
import { OperationRun } from '../../../main/operations/operation-run.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

const hour = 3_600_000;
const day = 24 * hour;

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(async () => {
  vi.useRealTimers();
  await stand.close();
});

/** Sixteen days of office hours, and in the night to yesterday what never was before. */
const unusualNight: Parameters<typeof prepare>[1] = async (client, _, suite) => {
  const { operatorId } = await client.auth.signIn({ passphrase });
  const { id: tenantId } = await client.tenants.createTenant({ name: 'Acme Foundries', tier: 'enterprise' });
  const today = Math.floor(Date.now() / day) * day;
  vi.useFakeTimers({ toFake: ['Date'] });
  const at = (time: number) => vi.setSystemTime(time);
  const caller = {
    kind: 'operator',
    id: operatorId as Uuid,
    name: 'Ada Obi',
    role: 'owner',
    sessionId: randomUUID() as Uuid,
  } as const;
  const act = async (action: string, host: string) => {
    const { signal } = new AbortController();
    const run = new OperationRun(
      {
        id: randomUUID() as Uuid,
        action,
        severity: 'info',
        critical: false,
        caller,
        audited: 'change',
        signal,
      },
      suite.audit,
    );
    run.describe({
      tenantId: tenantId as Uuid,
      resource: { kind: 'document', id: 'orders' },
      facts: { host },
    });
    await run.succeeded();
  };
  for (let back = 17; back > 1; back -= 1) {
    for (let times = 0; times < 14; times += 1) {
      at(today - back * day + 9 * hour + times * 31 * 60_000);
      await act(times % 4 === 0 ? 'data.put' : 'data.get', 'desk');
    }
  }
  for (let times = 0; times < 40; times += 1) {
    at(today - day + 2 * hour + times * 40_000);
    await act('data.export', 'elsewhere');
  }
  vi.useRealTimers();
};

test('what is unusual is shown with what contributes, is reckoned again, and learning logs are named', async () => {
  await prepare(stand.dataFolder, unusualNight);
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);
  await goTo('/audit/alerts?rule=unusual-actor');
  await page.getByRole('gridcell', { name: /^Somebody did something unusual/ }).click();
  const reasons = page.getByRole('table', { name: 'What is unusual about it' });
  await expect(reasons.getByText('elsewhere was never there on', { exact: false })).toBeVisible();
  await expect(reasons.getByRole('img', { name: 'This and the weeks before' }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Check it against the log' }).click();
  await expect(page.getByText('It holds: reckoned again from the log alone', { exact: false })).toBeVisible();
  await page.getByText('Statistics watch 1 of 2 logs', { exact: false }).click();
  const logs = page.getByRole('table', { name: 'Statistics by log' });
  await expect(logs.getByRole('row', { name: /Acme Foundries.*Watching/ })).toBeVisible();
  await expect(logs.getByText(/Learning, \d+ days left/)).toBeVisible();
  expect(stand.complaints).toEqual([]);
});
