import { type Command, Option } from 'commander';
import type { Operator } from '../../../../shared/contract/auth.ts';
import { type Role, roles } from '../../../../shared/roles.ts';
import { askTwice, mayAsk, readSecretFile } from '../credentials.ts';
import { usage } from '../failure.ts';
import { facts, pageText, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface Creation {
  readonly name: string;
  readonly role: Role;
  readonly newPassphraseFile?: string;
}

export function addOperator(program: Command, run: Run): void {
  const group = program.command('operator').description('people who use the console and the command line');

  group
    .command('create')
    .description('let another person in')
    .requiredOption('--name <name>')
    .addOption(new Option('--role <role>').choices(roles).makeOptionMandatory())
    .option(
      '--new-passphrase-file <file>',
      "holds the new operator's passphrase (or HOLDFAST_NEW_PASSPHRASE)",
    )
    .action(async ({ name, role, newPassphraseFile }: Creation) => {
      const passphrase = await newPassphrase(run, newPassphraseFile);
      await run.operation((client) => client.auth.createOperator({ name, role, passphrase }), {
        text: operatorText,
      });
    });

  addPaging(group.command('list').description('list operators')).action((options: PagingOptions) =>
    run.operation((client) => client.auth.listOperators(options), {
      text: ({ items, next }) =>
        pageText(
          table(
            ['ID', 'NAME', 'ROLE', 'STATE'],
            items.map(({ id, name, role, state }) => [id, name, role, state]),
          ),
          next,
        ),
    }),
  );

  group
    .command('disable')
    .description('shut an operator out')
    .argument('<id>', 'id of the operator')
    .action((operatorId: string) =>
      run.operation((client) => client.auth.disableOperator({ operatorId }), { text: operatorText }),
    );
}

async function newPassphrase({ terminal, options }: Run, file: string | undefined): Promise<string> {
  if (file !== undefined) return await readSecretFile(file, terminal.workingFolder);
  const given = terminal.environment.HOLDFAST_NEW_PASSPHRASE;
  if (given) return given;
  if (mayAsk(options, terminal)) return await askTwice(terminal, "The new operator's passphrase: ");
  throw usage("Give the new operator's passphrase with --new-passphrase-file or HOLDFAST_NEW_PASSPHRASE.");
}

const operatorText = (operator: Operator) =>
  facts([
    ['id', operator.id],
    ['name', operator.name],
    ['role', operator.role],
    ['state', operator.state],
  ]);
