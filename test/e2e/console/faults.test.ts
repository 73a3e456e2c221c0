import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { addSample, passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());
const oneTenant: Parameters<typeof prepare>[1] = async (client) => {
  await client.tenants.createTenant({ name: 'Acme', tier: 'standard' });
};

test('a link opened twice lets nobody in the second time, and says how to get another', async () => {
  await prepare(stand.dataFolder, oneTenant);
  const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
  const first = await stand.open();
  await first.goto(link);
  await first.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(first.url()).not.toContain('#');
  const second = await stand.open();
  await second.goto(link);
  await expect(second.getByText('holdfast serve --link')).toBeVisible();
});

test('two tabs of one browser: what one does the other sees, and locking locks both', async () => {
  await prepare(stand.dataFolder, oneTenant);
  const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
  const one = await stand.open();
  await one.goto(link);
  await signIn(one);
  const two = await one.context().newPage();
  await two.goto(new URL('/tenants', link).href);
  await two.getByRole('link', { name: 'Acme' }).click();
  await two.getByRole('button', { name: 'Rename' }).click();
  await two.getByRole('dialog').getByLabel('Name').fill('Acme Foundries');
  await two.getByRole('button', { name: 'Rename tenant' }).click();
  await two.getByRole('heading', { level: 1, name: 'Acme Foundries' }).waitFor();
  await one.goto(new URL('/tenants', link).href);
  await one.getByRole('link', { name: 'Acme Foundries' }).waitFor();
  await one.keyboard.press('Control+l');
  await one.getByRole('heading', { name: 'Sign in' }).waitFor();
  await two.getByRole('link', { name: 'Jobs' }).click();
  await two.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('a connection lost in the middle of a job comes back, and so does the job', async () => {
  await prepare(stand.dataFolder, oneTenant);
  const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
  const page = await stand.open();
  await page.goto(link);
  await signIn(page);
  let broken = 0;
  await page.routeWebSocket('**/rpc', (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      server.send(message);
      if (broken === 0 && String(message).includes('watchJob')) {
        broken += 1;
        void socket.close();
      }
    });
  });
  await page.reload();
  await addSample(page);
  expect(broken).toBe(1);
  await expect(page.getByText('Connection lost')).toHaveCount(0);
}, 90_000);

test('the host ends and starts again: the page says so, and goes on with a new link', async () => {
  await prepare(stand.dataFolder, oneTenant);
  const page = await stand.open();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await stand.stop();
  await expect(page.getByText('Connection lost. Trying again…')).toBeVisible({ timeout: 15_000 });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
}, 60_000);
