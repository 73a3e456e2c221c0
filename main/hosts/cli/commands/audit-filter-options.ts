import { type Command, Option } from 'commander';
import type { SavedFilter } from '../../../../shared/contract/audit/saved-filters.ts';
import { type Outcome, outcomes, type Severity, severities } from '../../../../shared/severities.ts';
import { parseTime } from '../arguments/time.ts';
import { parseResource } from './audit-log.ts';

/** What entries can be narrowed to, as it is typed. */
export interface FilterOptions {
  readonly tenant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly severity?: Severity;
  readonly outcome?: Outcome;
  readonly text?: string;
  readonly resource?: string;
  readonly operation?: string;
  readonly oldestFirst?: boolean;
}

export function addFilterOptions(command: Command): Command {
  const time = (text: string) => parseTime(text, Date.now());
  return command
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--from <time>', 'at or after: RFC 3339 or relative, -2h', time)
    .option('--to <time>', 'before', time)
    .option('--actor <name>', "an operator's name, a pseudonym, or system")
    .option('--action <action>', 'exact, or a prefix that ends in .*')
    .addOption(new Option('--severity <severity>').choices(severities))
    .addOption(new Option('--outcome <outcome>').choices(outcomes))
    .option(
      '--text <words>',
      'in action, resource or facts: all of the words, "in a row", beginning*, -without',
    )
    .option('--resource <kind:id>', 'what it was done to')
    .option('--operation <id>', 'the correlation id that intent and outcome share');
}

/** As the contract has it. Throws USAGE. */
export function filterOf({
  resource,
  operation,
  oldestFirst,
  ...options
}: FilterOptions): SavedFilter['filter'] {
  const named = resource === undefined ? undefined : parseResource(resource);
  return {
    tenant: options.tenant,
    from: options.from,
    to: options.to,
    actor: options.actor,
    action: options.action,
    severity: options.severity,
    outcome: options.outcome,
    text: options.text,
    resourceKind: named?.kind,
    resourceId: named?.id,
    correlationId: operation as SavedFilter['filter']['correlationId'],
    order: oldestFirst ? 'oldest' : undefined,
  };
}
