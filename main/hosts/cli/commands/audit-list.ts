import type { Command } from 'commander';
import type { SavedFilter } from '../../../../shared/contract/audit/saved-filters.ts';
import type { AuditEntry } from '../../../../shared/contract/audit.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { usage } from '../failure.ts';
import { pageText, plain, plainJson, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { addFilterOptions, type FilterOptions, filterOf } from './audit-filter-options.ts';
import { narrowed } from './audit-filters.ts';

interface Listing extends PagingOptions, FilterOptions {
  readonly filter?: string;
  readonly follow?: boolean;
}

/** Lists entries, or shows them as they come. */
export function addAuditList(group: Command, run: Run): void {
  addFilterOptions(addPaging(group.command('list').description('list entries, newest first')))
    .option('--oldest-first')
    .option('--filter <name>', 'as it was saved; what is given beside it counts more')
    .option(
      '--follow',
      'show the newest, then each entry as it comes, until interrupted; with --json one a line',
    )
    .addHelpText(
      'after',
      `
Examples:
  holdfast audit list --tenant acme --from -24h --severity critical
  holdfast audit list --text 'key revoke -test' --follow`,
    )
    .action(async ({ limit, cursor, filter, follow, ...options }: Listing) => {
      const given = filterOf(options);
      if (!follow) {
        await run.operation(
          async (client) =>
            client.audit.getAuditTrail({ ...(await narrowed(client, filter, given)), limit, cursor }),
          {
            text: ({ items, next, horizon, reached }) =>
              pageText(
                `${plain(horizon.note)}\n\n${entriesText(items)}${reached === null ? '' : `\nLooked through until ${reached}.`}`,
                next,
              ),
          },
        );
        return;
      }
      if (given.from ?? given.to ?? given.order ?? cursor) {
        throw usage('--follow goes on from now: leave out --from, --to, --oldest-first and --cursor.');
      }
      const line = run.options.json ? jsonLine : textLine;
      await run.stream((client, stopped) =>
        followed(client, {
          narrow: () => narrowed(client, filter, given),
          limit: limit ?? 10,
          line,
          stopped,
        }),
      );
    });
}

interface Following {
  readonly narrow: () => Promise<SavedFilter['filter']>;
  /** So many of those that there are already. */
  readonly limit: number;
  readonly line: (entry: AuditEntry) => string;
  readonly stopped: AbortSignal;
}

async function* followed(client: HoldfastClient, { narrow, limit, line, stopped }: Following) {
  const { from: _from, to: _to, order: _order, ...filter } = await narrow();
  const { items } = await client.audit.getAuditTrail({ ...filter, limit });
  const shown = new ShownEntries(items.at(0)?.time ?? new Date().toISOString());
  for (const entry of shown.fresh(items.toReversed())) yield { text: line(entry) };
  // the core ends a watch now and then, to look at who asks again
  while (!stopped.aborted) {
    const { since } = shown;
    for await (const news of await client.audit.watchAuditTrail({ ...filter, since }, { signal: stopped })) {
      if (news.missed > 0) yield { text: `${news.missed} entries came too fast: see the list.\n` };
      for (const entry of shown.fresh(news.items)) yield { text: line(entry) };
    }
  }
}

/** What was shown already: a watch that is asked for again begins with the entries of its last moment. */
class ShownEntries {
  since: string;
  readonly #ids = new Map<string, string>();

  constructor(since: string) {
    this.since = since;
  }

  fresh(entries: readonly AuditEntry[]): readonly AuditEntry[] {
    const fresh = entries.filter(({ eventId }) => !this.#ids.has(eventId));
    for (const { eventId, time } of fresh) {
      this.#ids.set(eventId, time);
      if (time > this.since) this.since = time;
    }
    for (const [id, time] of this.#ids) if (time < this.since) this.#ids.delete(id);
    return fresh;
  }
}

const jsonLine = (entry: AuditEntry) => `${plainJson(entry)}\n`;

const textLine = (entry: AuditEntry) =>
  `${row(entry)
    .map((cell) => plain(String(cell ?? '-')))
    .join('  ')}\n`;

const entriesText = (items: readonly AuditEntry[]) =>
  table(['TIME', 'INDEX', 'ACTION', 'SEVERITY', 'OUTCOME', 'ACTOR', 'RESOURCE'], items.map(row));

function row(entry: AuditEntry) {
  return [
    entry.time,
    entry.index,
    entry.phase === 'intent' ? `${entry.action} (intent)` : entry.action,
    entry.severity,
    entry.outcome,
    entry.actor.name ?? entry.actor.pseudonym ?? entry.actor.kind,
    entry.resource === null ? null : `${entry.resource.kind} ${entry.resource.id}`,
  ];
}
