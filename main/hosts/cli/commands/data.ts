import type { Command } from 'commander';
import type { DocumentRevision } from '../../../../shared/contract/tenants.ts';
import { parseJson } from '../arguments/json-value.ts';
import { parseTime } from '../arguments/time.ts';
import { parseWholeNumber } from '../arguments/whole-number.ts';
import { facts, pageText, plain, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { readInput } from '../spool.ts';
import { addDataTransfer } from './data-transfer.ts';

interface OfCollection {
  readonly tenant: string;
  readonly collection: string;
}

interface Listing extends OfCollection, PagingOptions {
  readonly byTime?: boolean;
  readonly fromKey?: string;
  readonly toKey?: string;
  readonly from?: string;
  readonly to?: string;
}

export function addData(program: Command, run: Run): void {
  const group = program.command('data').description("a tenant's documents");
  const time = (text: string) => parseTime(text, Date.now());
  const command = (name: string, description: string) =>
    group
      .command(name)
      .description(description)
      .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
      .requiredOption('--collection <name>');

  addDataTransfer(group, run);

  addPaging(command('list', 'list the live documents of a collection'))
    .option('--by-time', 'in the order of their last change')
    .option('--from-key <id>', 'first id')
    .option('--to-key <id>', 'before this id')
    .option('--from <time>', 'changed at or after', time)
    .option('--to <time>', 'changed before', time)
    .action(({ byTime, from, to, ...options }: Listing) =>
      run.operation(
        (client) =>
          client.tenants.getTenantData({
            ...options,
            by: byTime ? 'time' : 'key',
            ...(from === undefined ? {} : { fromTime: from }),
            ...(to === undefined ? {} : { toTime: to }),
          }),
        { text: ({ items, next }) => pageText(revisionsText(items), next) },
      ),
    );

  command('get', 'show a document')
    .argument('<id>')
    .option('--revision <number>', 'an earlier one', parseWholeNumber)
    .action((id: string, options: OfCollection & { revision?: number }) =>
      run.operation((client) => client.tenants.getDocument({ ...options, id }), { text: documentText }),
    );

  command('put', 'store a document; an id that exists gets a new revision')
    .argument('<id>')
    .argument('[value]', 'JSON; from standard input when absent or -')
    .option(
      '--if-revision <number>',
      'only if this is still the newest; 0: only if there is none',
      parseWholeNumber,
    )
    .addHelpText(
      'after',
      '\nExample:\n  holdfast data put 4711 \'{"name":"Ada"}\' --tenant acme --collection people',
    )
    .action(async (id: string, text: string | undefined, options: OfCollection & { ifRevision?: number }) => {
      const value = parseJson(text === undefined || text === '-' ? await readInput(run.terminal) : text);
      await run.operation((client) => client.tenants.putDocument({ ...options, id, value }), {
        text: storedText,
      });
    });

  command('delete', 'delete a document; its history stays')
    .argument('<id>')
    .option('--if-revision <number>', 'only if this is still the newest', parseWholeNumber)
    .action((id: string, options: OfCollection & { ifRevision?: number }) =>
      run.operation((client) => client.tenants.deleteDocument({ ...options, id }), { text: storedText }),
    );

  addPaging(command('history', 'every revision of a document'))
    .argument('<id>')
    .action((id: string, options: OfCollection & PagingOptions) =>
      run.operation((client) => client.tenants.getDocumentHistory({ ...options, id }), {
        text: ({ items, next }) => pageText(revisionsText(items), next),
      }),
    );

  group
    .command('collections')
    .description('list the collections of a tenant')
    .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
    .action((options: { tenant: string }) =>
      run.operation(async (client) => ({ ...(await client.tenants.listCollections(options)), next: null }), {
        text: ({ items }) =>
          table(
            ['COLLECTION', 'DOCUMENTS', 'REVISIONS'],
            items.map(({ collection, documents, revisions }) => [collection, documents, revisions]),
          ),
      }),
    );
}

const longestShown = 60;

const revisionsText = (items: readonly DocumentRevision[]) =>
  table(
    ['ID', 'REVISION', 'STATE', 'UPDATED', 'VALUE'],
    items.map(({ id, revision, state, updatedAt, value }) => {
      const text = JSON.stringify(value);
      return [
        id,
        revision,
        state,
        updatedAt,
        text.length > longestShown ? `${text.slice(0, longestShown)}…` : text,
      ];
    }),
  );

const documentText = ({ value, ...revision }: DocumentRevision) =>
  `${storedText(revision)}\n${JSON.stringify(value, null, 2).split('\n').map(plain).join('\n')}`;

const storedText = (document: Omit<DocumentRevision, 'value'>) =>
  facts([
    ['id', document.id],
    ['revision', document.revision],
    ['state', document.state],
    ['updated', document.updatedAt],
  ]);
