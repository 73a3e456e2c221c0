import type { Command } from 'commander';
import type { ApiKey, Verification } from '../../../../shared/contract/auth.ts';
import { collect } from '../arguments/collect.ts';
import { toMilliseconds } from '../arguments/duration.ts';
import { exitStatus } from '../exit-status.ts';
import { facts, pageText, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { readInput } from '../spool.ts';

interface Creation {
  readonly principal: string;
  readonly scope?: string[];
  readonly expires?: number;
}

interface Listing extends PagingOptions {
  readonly tenant?: string;
  readonly principal?: string;
}

export function addKey(program: Command, run: Run): void {
  const group = program.command('key').description('API keys of users and bots');

  group
    .command('create')
    .description('create a key; it is shown this once')
    .requiredOption('--principal <id>', 'whose key')
    .option('--scope <scope>', 'may be repeated (default: all its principal may)', collect)
    .option('--expires <duration>', 'such as 90d, which is the default', toMilliseconds)
    .action(({ principal, scope, expires }: Creation) =>
      run.operation(
        (client) =>
          client.auth.generateApiKey({
            principalId: principal,
            ...(scope ? { scopes: scope } : {}),
            ...(expires === undefined ? {} : { expiresInMs: expires }),
          }),
        { text: (created) => `${keyText(created)}\n\nShown only now:\n\n    ${created.key}` },
      ),
    );

  addPaging(group.command('list').description('list keys'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--principal <id>')
    .action(({ principal, ...options }: Listing) =>
      run.operation(
        (client) =>
          client.auth.listApiKeys({
            ...options,
            ...(principal === undefined ? {} : { principalId: principal }),
          }),
        {
          text: ({ items, next }) =>
            pageText(
              table(
                ['ID', 'LOOKUP', 'PRINCIPAL', 'EXPIRES', 'REVOKED', 'LAST USED'],
                items.map((key) => [
                  key.id,
                  key.lookup,
                  key.principalId,
                  key.expiresAt,
                  key.revokedAt,
                  key.lastUsedAt,
                ]),
              ),
              next,
            ),
        },
      ),
    );

  group
    .command('revoke')
    .description('make a key stop working at once')
    .argument('<id>', 'id of the key')
    .action((keyId: string) =>
      run.operation((client) => client.auth.revokeApiKey({ keyId }), { text: keyText }),
    );

  group
    .command('verify')
    .description('tell whether a key is valid and what it may; exit status 1 when it is not')
    .argument('<key>', 'the key, or - to read it from standard input')
    .action(async (given: string) => {
      const key = given === '-' ? (await readInput(run.terminal)).trim() : given;
      await run.operation((client) => client.auth.verifyApiKey({ key }), {
        text: verificationText,
        status: ({ valid }) => (valid ? exitStatus.done : exitStatus.failed),
      });
    });
}

const keyText = (key: ApiKey) =>
  facts([
    ['id', key.id],
    ['principal', key.principalId],
    ['scopes', key.scopes.join(' ')],
    ['expires', key.expiresAt],
    ['revoked', key.revokedAt],
  ]);

const verificationText = (verification: Verification) =>
  facts([
    ['valid', verification.valid ? 'yes' : 'no'],
    ['reason', verification.reason],
    ['principal', verification.principalId],
    ['tenant', verification.tenantId],
    ['scopes', verification.scopes.join(' ')],
  ]);
