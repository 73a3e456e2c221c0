import { type Command, Option } from 'commander';
import type { Operator } from '../../../../shared/contract/auth.ts';
import { type Role, roles } from '../../../../shared/roles.ts';
import { askTwice, mayAsk, readSecretFile } from '../credentials.ts';
import { usage } from '../failure.ts';
import { facts, pageText, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface PassphraseOptions {
  readonly newPassphraseFile?: string;
}

interface Creation extends PassphraseOptions {
  readonly name: string;
  readonly role: Role;
}

export function addOperator(program: Command, run: Run): void {
  const group = program.command('operator').description('people who use the console and the command line');

  group
    .command('create')
    .description('let another person in')
    .requiredOption('--name <name>')
    .addOption(new Option('--role <role>').choices(roles).makeOptionMandatory())
    .addOption(newPassphraseFile())
    .action(async ({ name, role, newPassphraseFile: file }: Creation) => {
      const passphrase = await newPassphrase(run, file, "the new operator's passphrase");
      await run.operation((client) => client.auth.createOperator({ name, role, passphrase }), {
        text: operatorText,
      });
    });

  addPaging(group.command('list').description('list operators')).action((options: PagingOptions) =>
    run.operation((client) => client.auth.listOperators(options), {
      text: ({ items, next }) =>
        pageText(
          table(
            ['ID', 'NAME', 'ROLE', 'STATE', 'NEEDS'],
            items.map(({ id, name, role, state, opens }) => [
              id,
              name,
              role,
              state,
              state === 'active' && opens === false ? 'a new passphrase' : '-',
            ]),
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

  group
    .command('enable')
    .description('let a disabled operator in again, under a new passphrase')
    .argument('<id>', 'id of the operator')
    .addOption(newPassphraseFile())
    .action(async (operatorId: string, { newPassphraseFile: file }: PassphraseOptions) => {
      const passphrase = await newPassphrase(run, file, "the operator's new passphrase");
      await run.operation((client) => client.auth.enableOperator({ operatorId, passphrase }), {
        text: operatorText,
      });
    });

  group
    .command('passphrase')
    .description('set a new passphrase: your own, or that of another operator')
    .argument('[id]', 'id of the other operator')
    .addOption(newPassphraseFile())
    .action(async (operatorId: string | undefined, { newPassphraseFile: file }: PassphraseOptions) => {
      const passphrase = await newPassphrase(run, file, 'the new passphrase');
      await run.operation(
        (client) =>
          operatorId === undefined
            ? client.auth.changePassphrase({ passphrase })
            : client.auth.resetPassphrase({ operatorId, passphrase }),
        { text: operatorText },
      );
    });
}

const newPassphraseFile = () =>
  new Option('--new-passphrase-file <file>', 'holds the new passphrase (or HOLDFAST_NEW_PASSPHRASE)');

/** `what` it is, in words that can stand within a sentence. */
async function newPassphrase(
  { terminal, options }: Run,
  file: string | undefined,
  what: string,
): Promise<string> {
  if (file !== undefined) return await readSecretFile(file, terminal.workingFolder);
  const given = terminal.environment.HOLDFAST_NEW_PASSPHRASE;
  if (given) return given;
  if (mayAsk(options, terminal))
    return await askTwice(terminal, `${what.charAt(0).toUpperCase()}${what.slice(1)}: `);
  throw usage(`Give ${what} with --new-passphrase-file or HOLDFAST_NEW_PASSPHRASE.`);
}

const operatorText = (operator: Operator) =>
  facts([
    ['id', operator.id],
    ['name', operator.name],
    ['role', operator.role],
    ['state', operator.state],
  ]);
