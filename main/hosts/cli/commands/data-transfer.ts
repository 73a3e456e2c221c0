import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { type ImportResult, importResult } from '../../../../shared/contract/tenants.ts';
import { usage } from '../failure.ts';
import { facts, plain, table } from '../output/text.ts';
import type { Run } from '../run.ts';
import { withSpooledInput } from '../spool.ts';

interface OfCollection {
  readonly tenant: string;
  readonly collection: string;
}

interface Import extends OfCollection {
  readonly onDamaged: 'stop' | 'skip';
  readonly detach?: boolean;
}

const finished = z.record(z.string(), z.json());

/** Documents in and out in bulk. */
export function addDataTransfer(group: Command, run: Run): void {
  const here = (file: string) => resolve(run.terminal.workingFolder, file);
  const command = (name: string, description: string) =>
    group
      .command(name)
      .description(description)
      .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
      .requiredOption('--collection <name>')
      .option('--detach', 'answer at once with the id of the job');

  command('import', 'read documents from JSON Lines; the member "id" is the document\'s id')
    .argument('<file>', 'a .jsonl file, or - for standard input')
    .addOption(
      new Option('--on-damaged <what>', 'at a line that cannot be read')
        .choices(['stop', 'skip'])
        .default('stop'),
    )
    .addHelpText('after', '\nExample:\n  holdfast data import orders.jsonl --tenant acme --collection orders')
    .action(async (file: string, { detach, ...options }: Import) => {
      if (/\.csv$/i.test(file)) {
        throw usage(
          'CSV cannot be imported yet. Convert it to JSON Lines: one object a line, with a member "id".',
        );
      }
      const shown = { result: importResult, text: importText, detach };
      const from = (path: string) =>
        run.job((client) => client.tenants.importDocuments({ ...options, file: path }), shown);
      if (file !== '-') return await from(here(file));
      if (detach) throw usage('--detach cannot wait for standard input. Give a file.');
      await withSpooledInput(run.terminal, from);
    });

  command('export', 'write the live documents of a collection as JSON Lines')
    .requiredOption('--out <file>', 'a file that does not exist yet')
    .action(({ detach, out, ...options }: OfCollection & { detach?: boolean; out: string }) =>
      run.job((client) => client.tenants.exportDocuments({ ...options, file: here(out) }), {
        result: finished,
        text: () => `Exported to ${here(out)}.`,
        detach,
      }),
    );

  group
    .command('undo')
    .description('take back an import: each document is what it was before')
    .argument('<import>', 'id of the import')
    .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
    .option('--detach', 'answer at once with the id of the job')
    .action((importId: string, { tenant, detach }: { tenant: string; detach?: boolean }) =>
      run.job((client) => client.tenants.undoImport({ tenant, importId }), {
        result: finished,
        text: () => `Undone: import ${plain(importId)}.`,
        detach,
      }),
    );

  group
    .command('imports')
    .description('list imports')
    .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
    .action((options: { tenant: string }) =>
      run.operation(async (client) => ({ ...(await client.tenants.listImports(options)), next: null }), {
        text: ({ items }) =>
          table(
            ['ID', 'COLLECTION', 'STATE', 'IMPORTED', 'SKIPPED', 'STARTED'],
            items.map((item) => [
              item.id,
              item.collection,
              item.state,
              item.imported,
              item.skipped,
              item.startedAt,
            ]),
          ),
      }),
    );
}

const mostFailuresShown = 20;

function importText({ importId, imported, skipped, failed }: ImportResult): string {
  const counts = facts([
    ['import', importId],
    ['imported', imported],
    ['skipped', skipped],
  ]);
  const lines = failed
    .slice(0, mostFailuresShown)
    .map(({ line, reason }) => `! line ${line}: ${plain(reason)}`);
  const more = failed.length - lines.length;
  return [counts, ...lines, ...(more > 0 ? [`! and ${more} more`] : [])].join('\n');
}
