import { type Command, Option } from 'commander';
import { type Outcome, outcomes, type Severity, severities } from '../../../../shared/severities.ts';
import { collect } from '../arguments/collect.ts';
import { usage } from '../failure.ts';
import { plain } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly tenant?: string;
  readonly action: string;
  readonly severity?: Severity;
  readonly outcome?: Outcome;
  readonly resource?: string;
  readonly reason?: string;
  readonly fact?: string[];
}

/** Appends one event of an operator's own. */
export function addAuditLog(group: Command, run: Run): void {
  group
    .command('log')
    .description('append one event')
    .requiredOption('--action <action>', 'words with dots between, such as invoice.send')
    .option('--tenant <tenant>', "into this tenant's log (default: the installation's)")
    .addOption(new Option('--severity <severity>').choices(severities))
    .addOption(new Option('--outcome <outcome>').choices(outcomes))
    .option('--resource <kind:id>', 'what it was done to')
    .option('--reason <text>')
    .option('--fact <name=value>', 'a small fact in clear; may be repeated', collect)
    .action(({ resource, fact, ...options }: Options) =>
      run.operation(
        (client) =>
          client.audit.logAction({
            ...options,
            ...(resource === undefined ? {} : { resource: parseResource(resource) }),
            facts: Object.fromEntries((fact ?? []).map(parseFact)),
          }),
        { text: ({ id }) => `Logged ${plain(id)}.` },
      ),
    );
}

/** KIND:ID. Throws USAGE. */
export function parseResource(text: string): { kind: string; id: string } {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) throw usage('A resource is KIND:ID.');
  return { kind: text.slice(0, colon), id: text.slice(colon + 1) };
}

function parseFact(text: string): [string, string | number | boolean] {
  const equals = text.indexOf('=');
  if (equals < 1) throw usage('A fact is NAME=VALUE.');
  const value = text.slice(equals + 1);
  const name = text.slice(0, equals);
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  return [name, /^-?(0|[1-9][0-9]{0,14})$/.test(value) ? Number(value) : value];
}
