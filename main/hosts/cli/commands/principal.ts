import { type Command, Option } from 'commander';
import type { KeyCopy, Principal } from '../../../../shared/contract/tenants.ts';
import { principalKinds } from '../../../../shared/states.ts';
import { collect } from '../arguments/collect.ts';
import { facts, pageText, plain, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface OfTenant {
  readonly tenant: string;
}
type Kind = Principal['kind'];
interface Creation extends OfTenant {
  readonly kind: Kind;
  readonly name: string;
  readonly externalId?: string;
  readonly scope?: string[];
}

export function addPrincipal(program: Command, run: Run): void {
  const group = program.command('principal').description("a tenant's users and bots");
  const command = (name: string, description: string) =>
    group
      .command(name)
      .description(description)
      .requiredOption('--tenant <tenant>', 'id or slug of the tenant');
  const kind = () => new Option('--kind <kind>').choices(principalKinds);

  command('create', 'add a user or a bot')
    .addOption(kind().makeOptionMandatory())
    .requiredOption('--name <name>')
    .option('--external-id <id>', "the identity provider's name for it")
    .option('--scope <scope>', "may be repeated (default: all of its tenant's data)", collect)
    .action(({ scope, ...options }: Creation) =>
      run.operation(
        (client) => client.tenants.createPrincipal({ ...options, ...(scope ? { scopes: scope } : {}) }),
        { text: principalText },
      ),
    );

  addPaging(command('list', 'list users and bots'))
    .addOption(kind())
    .action((options: PagingOptions & OfTenant & { kind?: Kind }) =>
      run.operation((client) => client.tenants.listPrincipals(options), {
        text: ({ items, next }) =>
          pageText(
            table(
              ['ID', 'KIND', 'NAME', 'STATE', 'LAST SEEN'],
              items.map((item) => [item.id, item.kind, item.name, item.state, item.lastSeenAt]),
            ),
            next,
          ),
      }),
    );

  command('disable', 'its keys stop working')
    .argument('<id>', 'id of the principal')
    .action((principalId: string, { tenant }: OfTenant) =>
      run.operation((client) => client.tenants.disablePrincipal({ tenant, principalId }), {
        text: principalText,
      }),
    );

  command('enable', 'its keys work again')
    .argument('<id>', 'id of the principal')
    .action((principalId: string, { tenant }: OfTenant) =>
      run.operation((client) => client.tenants.enablePrincipal({ tenant, principalId }), {
        text: principalText,
      }),
    );

  command('delete', 'remove it and its keys')
    .argument('<id>', 'id of the principal')
    .action((principalId: string, { tenant }: OfTenant) =>
      run.operation((client) => client.tenants.deletePrincipal({ tenant, principalId }), {
        text: deletedText,
      }),
    );
}

function deletedText({
  id,
  keyCopies,
}: {
  readonly id: string;
  readonly keyCopies: readonly KeyCopy[];
}): string {
  const told = `Deleted ${plain(id)}.`;
  if (keyCopies.length === 0) return told;
  const places = keyCopies.map(({ targetId, name }) =>
    targetId === null ? 'the first target' : plain(name),
  );
  return `${told} Copies of its key stay on ${places.join(', ')} until the next backup or synchronisation. To have them replaced at once, with a certificate: holdfast subject erase`;
}

const principalText = (principal: Principal) =>
  facts([
    ['id', principal.id],
    ['kind', principal.kind],
    ['name', principal.name],
    ['state', principal.state],
    ['scopes', principal.scopes.join(' ')],
  ]);
