import type { Command } from 'commander';
import type { SavedFilter } from '../../../../shared/contract/audit/saved-filters.ts';
import { HoldfastError } from '../../../../shared/errors.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { plain, table } from '../output/text.ts';
import type { Run } from '../run.ts';
import { addFilterOptions, type FilterOptions, filterOf } from './audit-filter-options.ts';

/** What an operator narrows the log to again and again. */
export function addAuditFilters(audit: Command, run: Run): void {
  const group = audit.command('filters').description('your own ways of narrowing the log, by name');

  group
    .command('list')
    .description('those that you have saved')
    .action(() =>
      run.operation((client) => client.audit.listAuditFilters({}), {
        text: ({ items }) =>
          table(
            ['NAME', 'FILTER', 'SAVED'],
            items.map(({ name, filter, savedAt }) => [name, filterText(filter), savedAt]),
          ),
      }),
    );

  addFilterOptions(
    group.command('save').description('keep a filter under a name; one of that name is replaced'),
  )
    .option('--oldest-first')
    .argument('<name>')
    .action((name: string, options: FilterOptions) =>
      run.operation((client) => client.audit.saveAuditFilter({ name, filter: filterOf(options) }), {
        text: ({ name: saved }) => `Saved. Use it as: holdfast audit list --filter '${plain(saved)}'`,
      }),
    );

  group
    .command('delete')
    .description('forget a filter')
    .argument('<name>', 'or its id')
    .action((filter: string) =>
      run.operation((client) => client.audit.deleteAuditFilter({ filter }), { text: () => 'Deleted.' }),
    );
}

async function filterNamed(client: HoldfastClient, name: string): Promise<SavedFilter> {
  const { items } = await client.audit.listAuditFilters({});
  const found = items.find((each) => each.name === name.normalize('NFC').trim() || each.id === name);
  if (found !== undefined) return found;
  throw new HoldfastError('NOT_FOUND', 'You have saved no such filter: see holdfast audit filters list.', {
    kind: 'audit-filter',
    id: name,
  });
}

/** What is given, on top of what was saved under a name. Errors: NOT_FOUND. */
export async function narrowed(
  client: HoldfastClient,
  name: string | undefined,
  given: SavedFilter['filter'],
): Promise<SavedFilter['filter']> {
  const saved = name === undefined ? {} : (await filterNamed(client, name)).filter;
  const told = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...saved, ...Object.fromEntries(told) };
}

function filterText(filter: SavedFilter['filter']): string {
  return Object.entries(filter)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
