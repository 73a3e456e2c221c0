import type { Command } from 'commander';
import type { z } from 'zod';
import { type Erasure, erasure, type erasureOperations } from '../../../../shared/contract/erasures.ts';
import { exitStatus } from '../exit-status.ts';
import { facts, pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface EraseOptions {
  readonly tenant: string;
  readonly reason?: string;
  readonly confirm?: string;
  readonly plan?: true;
  readonly detach?: boolean;
}

/** `tenant erase`, and what became of it. */
export function addErasure(tenant: Command, run: Run): void {
  tenant
    .command('erase')
    .description('destroy a tenant with its keys, data and backups everywhere; nothing brings it back')
    .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
    .option('--reason <text>', 'why; kept in the audit log')
    .option('--confirm <slug>', "the tenant's slug once more, where a script cannot be sure which it names")
    .option('--plan', 'only say what would be destroyed, and where')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText('after', '\nExample:\n  holdfast tenant erase --tenant acme --reason "the contract ended"')
    .action(({ tenant: reference, reason = '', confirm, plan, detach }: EraseOptions) => {
      if (plan === true) {
        return run.operation((client) => client.tenants.planErasure({ tenant: reference }), {
          text: planText,
        });
      }
      return run.job(
        async (client) => {
          const { slug } = await client.tenants.getTenant({ tenant: reference });
          return await client.tenants.eraseTenant({ tenant: reference, confirm: confirm ?? slug, reason });
        },
        { result: erasure, text: erasureText, detach },
      );
    });

  addPaging(tenant.command('erasures').description('tenants that were erased, newest first')).action(
    (options: PagingOptions) =>
      run.operation((client) => client.tenants.listErasures(options), {
        text: ({ items, next }) =>
          pageText(
            table(
              ['ID', 'SLUG', 'ERASED', 'BACKUPS', 'NOTHING FOUND'],
              items.map((each) => [
                each.tenantId,
                each.slug,
                each.erasedAt,
                each.places
                  .map((place) => `${plain(place.name || 'first target')}: ${stateText(place)}`)
                  .join(', '),
                each.proof === null ? 'not looked' : each.proof.ok ? each.proof.time : 'no',
              ]),
            ),
            next,
          ),
      }),
  );

  tenant
    .command('prove-erased')
    .description('look for anything that is left of an erased tenant; exit status 2 when there is')
    .requiredOption('--tenant <id>', 'id of the erased tenant')
    .option('--detach', 'answer at once with the id of the job')
    .action(({ tenant: tenantId, detach }: { tenant: string; detach?: boolean }) =>
      run.job((client) => client.tenants.proveErasure({ tenantId }), {
        result: erasure,
        text: erasureText,
        status: ({ proof }) => (proof?.ok === true ? exitStatus.done : exitStatus.integrity),
        detach,
      }),
    );
}

type Plan = z.output<NonNullable<(typeof erasureOperations.planErasure)['~orpc']['outputSchema']>>;

const planText = (plan: Plan) =>
  [
    facts([
      ['tenant', `${plan.name} (${plan.slug})`],
      ['people', `${plan.users} users, ${plan.bots} bots`],
      ['data', `${plan.documents} documents, ${plan.files} files, ${size(plan.storageBytes)}`],
      ['snapshots', plan.snapshots],
      [
        'backups on',
        plan.places.map(({ name, state }) => `${plain(name || 'first target')} (${state})`).join(', '),
      ],
    ]),
    ...plan.obstacles.map((obstacle) => plain(`! ${obstacle}`)),
  ].join('\n');

function stateText({ state, locked }: Erasure['places'][number]): string {
  if (locked === null) return state;
  const reader = locked.readable ? 'readable with the recovery key' : 'readable by nobody: keys destroyed';
  return `${state}, locked until ${locked.until ?? 'further notice'}, ${reader}`;
}

const erasureText = ({ tenantId, slug, erasedAt, places, proof, certificate }: Erasure) =>
  [
    facts([
      ['tenant', tenantId],
      ['slug', slug],
      ['erased', erasedAt],
      ...places.map((place) => [place.name || 'first target', stateText(place)] as const),
      ['left', proof === null ? 'not looked' : proof.ok ? 'nothing' : 'something, see below'],
    ]),
    ...(proof?.attempts ?? [])
      .filter(({ ok }) => !ok)
      .map(({ place, what, finding }) =>
        plain(`! ${place === null ? 'this machine' : place || 'first target'}: ${what}: ${finding}`),
      ),
    ...(certificate === null ? [] : ['', certificate]),
  ].join('\n');
