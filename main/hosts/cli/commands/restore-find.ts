import type { Command } from 'commander';
import { openedPoint } from '../../../../shared/contract/backups/points.ts';
import { parseTime } from '../arguments/time.ts';
import { usage } from '../failure.ts';
import { pageText, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { targetIdOf } from './target.ts';

interface FindOptions extends PagingOptions {
  readonly tenant: string;
  readonly snapshot?: string;
  readonly at?: string;
  readonly fromTarget?: string;
  readonly collection?: string;
  readonly text?: string;
}

/** `holdfast restore find`: what `--only` of a restore can name. */
export function addRestoreFind(group: Command, run: Run): void {
  addPaging(
    group
      .command('find')
      .description('find documents and files in the data of a moment, as `--only` takes them')
      .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
      .option(
        '--snapshot <id>',
        'id of the snapshot, or at least its first 8 digits; by default the newest backup',
      )
      .option('--at <time>', 'as of the newest commit not later than this', (text) =>
        parseTime(text, Date.now()),
      )
      .option('--from-target <target>', 'read the copy on a further target, by name or id')
      .option('--collection <collection>', "only this collection; '$files': only files")
      .option('--text <text>', 'a piece of the id of a document, or of the name of a file'),
  )
    .addHelpText('after', '\nExample:\n  holdfast restore find --tenant acme --at -2h --text invoice-17')
    .action(({ tenant, snapshot, at, fromTarget, ...search }: FindOptions) => {
      if (snapshot !== undefined && at !== undefined)
        throw usage('Give one of --snapshot and --at, or neither.');
      return run.jobs(
        async ({ client, finish }) => {
          const started = await client.backups.openRestorePoint({
            tenant,
            ...(snapshot === undefined ? {} : { snapshotId: snapshot }),
            ...(at === undefined ? {} : { at }),
            ...(fromTarget === undefined ? {} : { fromTargetId: await targetIdOf(client, fromTarget) }),
          });
          const { pointId, snapshotId, time } = await finish(started, openedPoint);
          return { snapshotId, time, ...(await client.backups.findRestoreParts({ pointId, ...search })) };
        },
        {
          text: ({ items, next }) =>
            pageText(
              table(
                ['PART', 'SIZE', 'CHANGED'],
                items.map((found) => [found.part, size(found.bytes), found.time]),
              ),
              next,
            ),
        },
      );
    });
}
