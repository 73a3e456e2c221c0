import type { AnyContractProcedure } from '@orpc/contract';
import { isContractProcedure } from '@orpc/contract';
import type { Command } from 'commander';
import { z } from 'zod';
import { contract } from '../../../../shared/contract/index.ts';
import { jobStarted } from '../../../../shared/contract/values.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { parseJson } from '../arguments/json-value.ts';
import { usage } from '../failure.ts';
import { plainJson } from '../output/text.ts';
import type { Run } from '../run.ts';
import { readInput } from '../spool.ts';

const finished = z.json();

/** Any operation of the contract, so that nothing depends on a command of its own. */
export function addCall(program: Command, run: Run): void {
  program
    .command('call')
    .description('any operation of the contract')
    .argument('<operation>', 'such as tenants.listTenants')
    .argument('[input]', 'JSON, or - for standard input', '{}')
    .option('--detach', 'of long work: answer at once with the id of the job')
    .addHelpText('after', `\nOperations:\n${names().join('\n')}`)
    .action(async (path: string, text: string, { detach }: { detach?: boolean }) => {
      const operation = find(path);
      const input = parseJson(text === '-' ? await readInput(run.terminal) : text);
      const call = (client: HoldfastClient) => invoke(client, path, input);
      const show = { text: (output: unknown) => plainJson(output, 2) };
      if (operation['~orpc'].meta.job) {
        await run.job(async (client) => jobStarted.parse(await call(client)), {
          ...show,
          result: finished,
          detach,
        });
      } else await run.operation((client) => call(client), show);
    });
}

function names(): string[] {
  return Object.entries(contract).flatMap(([group, operations]) =>
    Object.keys(operations).map((name) => `  ${group}.${name}`),
  );
}

function find(path: string): AnyContractProcedure {
  const operation = names().includes(`  ${path}`) ? member(contract, path) : undefined;
  if (!isContractProcedure(operation)) {
    throw usage(`There is no operation ${path}. \`holdfast call --help\` lists them.`);
  }
  if (path === 'auth.signIn') throw usage('Every command signs in by itself and hands out no session.');
  return operation;
}

/** Of a stream, the last that it gave. */
async function invoke(client: HoldfastClient, path: string, input: unknown): Promise<unknown> {
  const operation = member(client, path);
  if (typeof operation !== 'function') throw usage(`There is no operation ${path}.`);
  const output: unknown = await operation(input);
  if (!isStream(output)) return output;
  let last: unknown = null;
  for await (const event of output) last = event;
  return last;
}

function member(root: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value instanceof Object ? Reflect.get(value, name) : undefined), root);
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}
