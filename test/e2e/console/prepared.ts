import { type ClientSession, type HoldfastClient, inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { passphrase } from './story.ts';

/** Follows a job to its end, whatever that is. */
async function ended(client: HoldfastClient, { jobId }: { readonly jobId: string }): Promise<unknown> {
  let result: unknown;
  for await (const job of await client.jobs.watchJob({ jobId })) ({ result } = job);
  return result;
}

/** Makes an installation in a folder that nobody serves yet, and lets `fill` put something into it. Answers its recovery key. */
export async function prepare(
  dataFolder: string,
  fill: (
    client: HoldfastClient,
    ended: (started: { readonly jobId: string }) => Promise<unknown>,
    suite: EnterpriseSuite,
  ) => Promise<void>,
  target?: string,
): Promise<string> {
  const { suite, recoveryKey } = await EnterpriseSuite.initialise({
    dataFolder,
    ownerName: 'Ada Obi',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
    ...(target === undefined ? {} : { target }),
  });
  try {
    const session: ClientSession = {};
    const client = inProcessClient(createRouter(suite), session);
    session.token = (await client.auth.signIn({ passphrase })).token;
    await fill(client, (started) => ended(client, started), suite);
  } finally {
    await suite.stop();
  }
  return recoveryKey;
}

/** What a small shop has after a week: a sample, three tenants, backups, a key, a restore, a failure. */
export const little: Parameters<typeof prepare>[1] = async (client, follow) => {
  await follow(await client.tenants.createSampleTenant({}));
  const acme = await client.tenants.createTenant({ name: 'Acme Foundries', tier: 'enterprise' });
  await client.tenants.createTenant({ name: 'Borealis Clinic', tier: 'professional' });
  const small = await client.tenants.createTenant({ name: 'Corner Café', tier: 'free' });
  await client.tenants.suspendTenant({ tenant: small.id });
  const bot = await client.tenants.createPrincipal({
    tenant: acme.id,
    kind: 'bot',
    name: 'Order intake',
    scopes: ['data:*', 'files:read'],
  });
  await client.auth.generateApiKey({ principalId: bot.id });
  const spent = await client.auth.generateApiKey({ principalId: bot.id, scopes: ['files:read'] });
  await client.auth.revokeApiKey({ keyId: spent.id });
  await client.auth.createOperator({ name: 'Grace Lind', role: 'auditor', passphrase });
  const left = await client.auth.createOperator({ name: 'Linus Berg', role: 'operator', passphrase });
  await client.auth.disableOperator({ operatorId: left.id });
  const orders = { tenant: acme.id, collection: 'orders' };
  for (let at = 1; at <= 40; at += 1) {
    await client.tenants.putDocument({
      ...orders,
      id: `order-${at}`,
      value: { total: at * 17, open: at % 3 === 0 },
    });
  }
  await client.tenants.putDocument({ ...orders, id: 'order-1', value: { total: 18, open: true } });
  await follow(await client.backups.createBackup({ scope: { all: true } }));
  const { items } = await client.backups.getBackupHistory({ tenant: acme.id });
  const snapshotId = items[0]?.id;
  await follow(await client.backups.verifyBackupIntegrity({ snapshotId, level: 4 }));
  await client.tenants.deleteDocument({ ...orders, id: 'order-2' });
  const destination = { kind: 'in-place' as const };
  await follow(
    await client.backups.restoreBackup({
      tenant: acme.id,
      snapshotId,
      destination,
      reason: 'An order was deleted by mistake',
    }),
  );
  await client.tenants.putDocument({ ...orders, id: 'order-3', value: { total: 52, open: true } });
  await client.tenants.deleteDocument({ ...orders, id: 'order-4' });
};

/** More than fits on a screen, with names as long as they may be. */
export const much: Parameters<typeof prepare>[1] = async (client, follow) => {
  for (let at = 1; at <= 120; at += 1) {
    const name =
      at % 50 === 0 ? `Tenant ${at} ${'with a long name '.repeat(7)}`.slice(0, 119).trim() : `Tenant ${at}`;
    await client.tenants.createTenant({ name, tier: at % 2 === 0 ? 'standard' : 'enterprise' });
  }
  const { items } = await client.tenants.listTenants({ limit: 1 });
  const tenant = items[0]?.id ?? '';
  for (let at = 0; at < 40; at += 1) {
    await client.tenants.createPrincipal({
      tenant,
      kind: 'user',
      name: `Person ${at} ${'of many words '.repeat(6)}`,
    });
  }
  for (let at = 0; at < 300; at += 1) {
    await client.audit.logAction({
      tenant,
      action: `shop.event-${at % 7}`,
      severity: at % 11 === 0 ? 'critical' : at % 5 === 0 ? 'warning' : 'info',
      resource: { kind: 'order', id: `order-${at}` },
    });
  }
  await follow(await client.backups.createBackup({ scope: { tenant } }));
};
