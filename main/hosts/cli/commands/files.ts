import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { tenantFile } from '../../../../shared/contract/tenants.ts';
import { usage } from '../failure.ts';
import { pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

type TenantFile = z.infer<typeof tenantFile>;

interface OfTenant {
  readonly tenant: string;
}

interface Detachable extends OfTenant {
  readonly detach?: boolean;
}

const finished = z.record(z.string(), z.json());

export function addFiles(program: Command, run: Run): void {
  const group = program.command('files').description("a tenant's files");
  const here = (path: string) => resolve(run.terminal.workingFolder, path);
  const command = (name: string, description: string) =>
    group
      .command(name)
      .description(description)
      .requiredOption('--tenant <tenant>', 'id or slug of the tenant');

  command('add', 'add files of this machine; the same content is stored once')
    .argument('<path...>')
    .option('--as <name>', 'its name in the tenant (one file only; default: the last part of its path)')
    .action(async (paths: string[], { tenant, as }: OfTenant & { as?: string }) => {
      if (as !== undefined && paths.length > 1) throw usage('--as names one file, but several were given.');
      await run.jobs(
        async ({ client, finish }) => {
          const items: TenantFile[] = [];
          for (const path of paths) {
            const name = as ?? basename(here(path));
            items.push(
              await finish(await client.tenants.addFile({ tenant, path: here(path), name }), tenantFile),
            );
          }
          return { ...(items.length === 1 ? items[0] : {}), items, next: null };
        },
        { text: ({ items }) => filesText(items) },
      );
    });

  addPaging(command('list', 'list files'))
    .option('--prefix <name>', 'names that begin so')
    .action((options: PagingOptions & OfTenant & { prefix?: string }) =>
      run.operation((client) => client.tenants.listFiles(options), {
        text: ({ items, next }) => pageText(filesText(items), next),
      }),
    );

  command('get', 'write a file to a path of this machine')
    .argument('<id>', 'id of the file')
    .requiredOption('--out <path>', 'a path that does not exist yet')
    .option('--detach', 'answer at once with the id of the job')
    .action((fileId: string, { tenant, out, detach }: Detachable & { out: string }) =>
      run.job((client) => client.tenants.getFile({ tenant, fileId, path: here(out) }), {
        result: finished,
        text: () => `Written to ${plain(here(out))}.`,
        detach,
      }),
    );

  command('delete', 'delete a file')
    .argument('<id>', 'id of the file')
    .action((fileId: string, { tenant }: OfTenant) =>
      run.operation((client) => client.tenants.deleteFile({ tenant, fileId }), {
        text: ({ id }) => `Deleted ${plain(id)}.`,
      }),
    );
}

const filesText = (items: readonly TenantFile[]) =>
  table(
    ['ID', 'SIZE', 'NAME', 'SHA-256'],
    items.map((file) => [file.id, size(file.size), file.name, file.sha256]),
  );
