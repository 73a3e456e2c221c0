import { type Command, Option } from 'commander';
import type { Tenant, TenantUsage } from '../../../../shared/contract/tenants.ts';
import { tenantStates } from '../../../../shared/states.ts';
import { type Tier, tiers } from '../../../../shared/tiers.ts';
import { facts, limit, pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { addErasure } from './tenant-erasure.ts';

interface OfTenant {
  readonly tenant: string;
}

const tierOption = () => new Option('--tier <tier>', 'what the tenant may use').choices(tiers);
const byTenant = (command: Command) =>
  command.requiredOption('--tenant <tenant>', 'id or slug of the tenant');

export function addTenant(program: Command, run: Run): void {
  const group = program.command('tenant').description('customers or departments whose data are kept apart');

  group
    .command('create')
    .description('create a tenant')
    .requiredOption('--name <name>', 'as people read it')
    .addOption(tierOption().makeOptionMandatory())
    .option('--slug <slug>', 'short name for commands (default: made from the name)')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast tenant create --name "Acme Ltd" --tier professional --slug acme',
    )
    .action((options: { name: string; tier: Tier; slug?: string }) =>
      run.operation((client) => client.tenants.createTenant(options), { text: tenantText }),
    );

  addPaging(group.command('list').description('list tenants'))
    .option('--search <text>', 'part of the name or slug')
    .addOption(tierOption())
    .addOption(new Option('--state <state>').choices(tenantStates))
    .action((options: PagingOptions & { search?: string; tier?: Tier; state?: Tenant['state'] }) =>
      run.operation((client) => client.tenants.listTenants(options), {
        text: ({ items, next }) =>
          pageText(
            table(
              ['ID', 'SLUG', 'NAME', 'TIER', 'STATE'],
              items.map(({ id, slug, name, tier, state }) => [id, slug, name, tier, state]),
            ),
            next,
          ),
      }),
    );

  byTenant(group.command('show').description('show a tenant')).action((options: OfTenant) =>
    run.operation((client) => client.tenants.getTenant(options), { text: tenantText }),
  );

  byTenant(group.command('update').description('change name or tier'))
    .option('--name <name>')
    .addOption(tierOption())
    .action((options: OfTenant & { name?: string; tier?: Tier }) =>
      run.operation((client) => client.tenants.updateTenant(options), { text: tenantText }),
    );

  byTenant(group.command('usage').description('what is used of what the tier allows')).action(
    (options: OfTenant) => run.operation((client) => client.tenants.getUsage(options), { text: usageText }),
  );

  byTenant(group.command('suspend').description('stop a tenant from working; nothing is deleted')).action(
    (options: OfTenant) =>
      run.operation((client) => client.tenants.suspendTenant(options), { text: tenantText }),
  );

  addErasure(group, run);

  byTenant(group.command('resume').description('let a suspended tenant work again')).action(
    (options: OfTenant) =>
      run.operation((client) => client.tenants.resumeTenant(options), { text: tenantText }),
  );
}

const tenantText = (tenant: Tenant) =>
  facts([
    ['id', tenant.id],
    ['slug', tenant.slug],
    ['name', tenant.name],
    ['tier', tenant.tier],
    ['state', tenant.state],
    ['created', tenant.createdAt],
  ]);

function usageText({ usage, limits, warnings }: TenantUsage): string {
  const used = table(
    ['QUOTA', 'USED', 'LIMIT'],
    [
      ['bots', usage.bots, limit(limits.bots)],
      ['users', usage.users, limit(limits.users)],
      ['storage', size(usage.storageBytes), limit(limits.storageBytes, size)],
    ],
  );
  return [used, ...warnings.map(({ quota, percent }) => `! ${plain(quota)} at ${percent} %`)].join('\n');
}
