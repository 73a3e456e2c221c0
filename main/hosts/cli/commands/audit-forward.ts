import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DeadLetter, ForwardDestination } from '../../../../shared/contract/audit/forwarding.ts';
import {
  type ForwardContent,
  type ForwardFormat,
  forwardContents,
  forwardFormats,
} from '../../../../shared/forwarding.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { type Severity, severities } from '../../../../shared/severities.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { usage } from '../failure.ts';
import { readForwardSecrets, readShort } from '../forward-secrets.ts';
import { facts, table } from '../output/text.ts';
import type { Run } from '../run.ts';

interface TrustOptions {
  readonly caFile?: string;
  readonly fingerprint?: string[];
  readonly secretsFile?: string;
  readonly maximumBytes?: number;
}

interface AddOptions extends TrustOptions {
  readonly name: string;
  readonly format?: ForwardFormat;
  readonly what?: ForwardContent;
  readonly severity?: Severity;
  readonly tenant?: string;
  readonly fromBeginning?: true;
  readonly plainHttp?: true;
}

/** `holdfast audit forward`. */
export function addAuditForward(audit: Command, run: Run): void {
  const group = audit
    .command('forward')
    .description('send entries on, to syslog servers and webhooks, while a process stays');

  group
    .command('list')
    .description('destinations, how far each is behind, and why')
    .action(() =>
      run.operation((client) => client.audit.listDestinations({}), {
        text: ({ items }) => destinationsText(items),
      }),
    );

  addTrust(
    group
      .command('add')
      .description('send entries to a further destination')
      .argument('<address>', 'tcp://host:port, tls://host:port or https://host/path')
      .requiredOption('--name <name>', 'what it is called; stands in the log in clear')
      .addOption(new Option('--format <format>', 'default: ocsf').choices(forwardFormats))
      .addOption(
        new Option('--what <what>', 'every entry, or alerts alone (default: entries)').choices(
          forwardContents,
        ),
      )
      .addOption(new Option('--severity <severity>', 'this and above (default: info)').choices(severities))
      .option('--tenant <tenant>', "id or slug: this tenant's log alone")
      .option('--from-beginning', 'all there is; else from now on')
      .option('--plain-http', 'let entries cross a network in clear'),
  )
    .addHelpText('after', addExamples)
    .action(async (address: string, options: AddOptions) => {
      const { name, format, what, severity, tenant, fromBeginning, plainHttp } = options;
      const input = {
        ...(await trustOf(options, run)),
        name,
        address,
        format,
        what,
        minimumSeverity: severity,
        tenant,
        plainHttp,
        from: fromBeginning ? ('beginning' as const) : ('now' as const),
      };
      await run.operation((client) => client.audit.addDestination(input), { text: destinationText });
    });

  addTrust(
    group
      .command('update')
      .description('change what a destination is called, recognised by, or signed in to with')
      .argument('<destination>', 'id or name')
      .option('--name <name>', 'what it is called'),
  ).action(async (reference: string, options: TrustOptions & { name?: string }) => {
    const input = { ...(await trustOf(options, run)), name: options.name };
    await run.operation(
      async (client) => {
        const destinationId = await idOf(client, reference);
        return await client.audit.updateDestination({ destinationId, ...input });
      },
      { text: destinationText },
    );
  });

  const named = (name: string, description: string) =>
    group.command(name).description(description).argument('<destination>', 'id or name');
  const withReason = (name: string, description: string) =>
    named(name, description).requiredOption('--reason <text>', 'why; kept in the log');

  named('test', 'send a message that is no entry').action((reference: string) =>
    run.operation(
      async (client) => client.audit.testDestination({ destinationId: await idOf(client, reference) }),
      { text: ({ durationMs }) => `Works: ${durationMs} ms.` },
    ),
  );
  withReason('pause', 'send nothing until it is resumed').action(
    (reference: string, { reason }: { reason: string }) =>
      run.operation(
        async (client) =>
          client.audit.pauseDestination({ destinationId: await idOf(client, reference), reason }),
        { text: destinationText },
      ),
  );
  named('resume', 'go on where it stopped').action((reference: string) =>
    run.operation(
      async (client) => client.audit.resumeDestination({ destinationId: await idOf(client, reference) }),
      { text: destinationText },
    ),
  );
  withReason('remove', 'send nothing there any more, and forget how far it got').action(
    (reference: string, { reason }: { reason: string }) =>
      run.operation(
        async (client) =>
          client.audit.removeDestination({ destinationId: await idOf(client, reference), reason }),
        { text: () => 'Nothing is sent there any more. What was sent stays there.' },
      ),
  );

  named('dead-letters', 'entries that it does not take')
    .option('--retry', 'try each once more')
    .option('--drop', 'never send them; the log keeps them')
    .option('--reason <text>', 'why they are dropped; kept in the log')
    .action((reference: string, options: { retry?: true; drop?: true; reason?: string }) =>
      deadLetters(run, reference, options),
    );
}

function deadLetters(
  run: Run,
  reference: string,
  { retry, drop, reason }: { retry?: true; drop?: true; reason?: string },
): Promise<void> {
  if (retry && drop) throw usage('--retry and --drop exclude each other.');
  if (drop && reason === undefined) throw usage('--drop needs --reason.');
  if (retry) {
    return run.operation(
      async (client) => client.audit.retryDeadLetters({ destinationId: await idOf(client, reference) }),
      { text: ({ entries }) => `${entries} are tried once more.` },
    );
  }
  if (drop && reason !== undefined) {
    return run.operation(
      async (client) =>
        client.audit.dropDeadLetters({ destinationId: await idOf(client, reference), reason }),
      { text: ({ entries }) => `${entries} are never sent there. The log keeps them.` },
    );
  }
  return run.operation(
    async (client) => client.audit.listDeadLetters({ destinationId: await idOf(client, reference) }),
    { text: ({ items }) => lettersText(items) },
  );
}

function addTrust(command: Command): Command {
  const each = (value: string, before: string[] = []) => [...before, value];
  return command
    .option('--ca-file <file>', 'PEM of the authority that its certificate is from')
    .option('--fingerprint <sha-256:...>', 'of its certificate, which alone decides; may be repeated', each)
    .option('--secrets-file <file>', 'JSON: bearerToken, signingSecret, clientKeyFile, clientCertificateFile')
    .option('--maximum-bytes <count>', 'of one syslog message (default: 8192)', bytes);
}

async function trustOf({ caFile, fingerprint, secretsFile, maximumBytes }: TrustOptions, { terminal }: Run) {
  const ca = caFile === undefined ? undefined : await readShort(resolve(terminal.workingFolder, caFile));
  const secrets = secretsFile === undefined ? undefined : await readForwardSecrets(secretsFile, terminal);
  return { ca, fingerprints: fingerprint, secrets, maximumBytes };
}

function bytes(text: string): number {
  if (!/^[0-9]{3,7}$/.test(text)) throw new InvalidArgumentError('A number of bytes is needed.');
  return Number(text);
}

/** Errors: USAGE. */
async function idOf(client: HoldfastClient, reference: string): Promise<Uuid> {
  const { items } = await client.audit.listDestinations({});
  const found = items.find(({ id, name }) => id === reference || name === reference);
  if (found !== undefined) return found.id;
  throw usage(`There is no destination ${reference}; audit forward list shows them.`);
}

const destinationsText = (items: readonly ForwardDestination[]) =>
  table(
    ['NAME', 'STATE', 'BEHIND', 'OLDEST', 'SENT', 'DEAD LETTERS', 'ADDRESS'],
    items.map((item) => [
      item.name,
      stateText(item),
      item.lag.entries,
      item.lag.since ?? '',
      item.sent.entries,
      item.deadLetters,
      item.address,
    ]),
  );

function stateText({ state, problem }: ForwardDestination): string {
  if (problem === null) return state === 'waiting' ? 'waiting for a process that stays' : state;
  const detail = problem.detail === '' ? '' : ` ${problem.detail}`;
  return `failing (${problem.reason}${detail}), again at ${problem.nextTry}`;
}

const destinationText = (item: ForwardDestination) =>
  facts([
    ['name', item.name],
    ['address', item.address],
    ['format', item.format],
    ['severity', `${item.minimumSeverity} and above`],
    ['logs', item.tenantId ?? 'all'],
    ['state', stateText(item)],
    ['behind', `${item.lag.entries} entries`],
    ['id', item.id],
  ]);

const lettersText = (items: readonly DeadLetter[]) =>
  table(
    ['ENTRY', 'REASON', 'DETAIL', 'TRIES', 'TIME', 'LOG'],
    items.map(({ index, reason, detail, tries, time, due, logId }) => [
      index,
      due ? `${reason}, tried again` : reason,
      detail,
      tries,
      time,
      logId,
    ]),
  );

const addExamples = `
Examples:
  holdfast audit forward add tls://siem.example.org:6514 --name siem --ca-file ca.pem
  holdfast audit forward add https://siem.example.org/log --name hook --severity warning --secrets-file hook.json

Syslog acknowledges nothing: "sent" means that the server has read it, not that it keeps it. Entries are sent by
holdfast serve, the console and the desktop.`;
