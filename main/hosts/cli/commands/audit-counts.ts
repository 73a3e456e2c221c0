import type { Command } from 'commander';
import type { AuditCounts } from '../../../../shared/contract/audit/counts.ts';
import { parseWholeNumber } from '../arguments/whole-number.ts';
import { table } from '../output/text.ts';
import type { Run } from '../run.ts';
import { addFilterOptions, type FilterOptions, filterOf } from './audit-filter-options.ts';
import { narrowed } from './audit-filters.ts';

interface Counting extends FilterOptions {
  readonly filter?: string;
  readonly top?: number;
  readonly buckets: number;
}

/** So many lines fit a terminal. */
const usualBuckets = 24;
const barWidth = 30;

/** Counts entries by action, by actor and over time. */
export function addAuditCounts(group: Command, run: Run): void {
  addFilterOptions(
    group.command('counts').description('how often there is each action and each actor, and when'),
  )
    .option('--filter <name>', 'as it was saved; what is given beside it counts more')
    .option('--top <count>', 'so many actions and actors are named, 10 unless said', parseWholeNumber)
    .option('--buckets <count>', 'at most so many parts of the time', parseWholeNumber, usualBuckets)
    .addHelpText(
      'after',
      `
Examples:
  holdfast audit counts --from -7d --outcome failure
  holdfast audit counts --tenant acme --actor "Ada Obi" --top 3`,
    )
    .action(({ filter: name, top, buckets, ...options }: Counting) =>
      run.operation(
        async (client) => {
          const { order: _order, ...filter } = await narrowed(client, name, filterOf(options));
          return client.audit.getAuditCounts({ ...filter, top, buckets });
        },
        { text: countsText },
      ),
    );
}

type Row = readonly [name: string, count: number];

function countsText({ total, since, actions, actors, timeline }: AuditCounts): string {
  const all =
    since === null
      ? `entries  ${total}`
      : `entries  at least ${total}: counted back to ${since}, and not before`;
  const byTime = timeline.buckets.map(
    ({ time, info, warning, critical }): Row => [time, info + warning + critical],
  );
  return [
    all,
    barsText('ACTION', [
      ...actions.top.map(({ action, count }): Row => [action, count]),
      ...othersRow(actions.others),
    ]),
    barsText('ACTOR', [
      ...actors.top.map(({ name, pseudonym, kind, count }): Row => [name ?? pseudonym ?? kind, count]),
      ...othersRow(actors.others),
    ]),
    barsText('FROM', byTime),
  ].join('\n\n');
}

const othersRow = ({ different, count }: AuditCounts['actions']['others']): Row[] =>
  different === 0 ? [] : [[different === 1 ? 'and 1 other' : `and ${different} others`, count]];

function barsText(heading: string, rows: readonly Row[]): string {
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return table(
    [heading, 'ENTRIES', ''],
    rows.map(([name, count]) => [name, count, '#'.repeat(Math.ceil((count / most) * barWidth)) || ' ']),
  );
}
