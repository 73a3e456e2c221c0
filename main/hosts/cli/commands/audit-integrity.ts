import type { Command } from 'commander';
import type { LogIntegrity } from '../../../../shared/contract/audit/integrity-facts.ts';
import { facts, plain, table } from '../output/text.ts';
import type { Run } from '../run.ts';

/** What can be known of the log's soundness at once. */
export function addAuditIntegrity(audit: Command, run: Run): void {
  audit
    .command('integrity')
    .description(
      'what vouches for the log and how far, its keys, times it says nothing of, and what is archived',
    )
    .action(() => run.operation((client) => client.audit.getIntegrity({}), { text: integrityText }));
}

function integrityText({ logId, size, vouchers, keys, gaps, gapsSince, pruned }: LogIntegrity): string {
  const told = (entries: readonly { readonly index: number }[]) =>
    entries.map(({ index }) => index).join(' ');
  return [
    facts([
      ['log', logId],
      ['entries', size],
      ['silence looked for since', gapsSince ?? 'the beginning'],
    ]),
    '',
    vouchers.length === 0
      ? plain('Nothing outside the log vouches for it.')
      : table(
          ['VOUCHES', 'NAME', 'ENTRIES', 'AFTER THAT', 'TIME'],
          vouchers.map((each) => [each.kind, each.name, each.size, size - each.size, each.time]),
        ),
    '',
    table(
      ['KEY', 'FINGERPRINT', 'SINCE', 'HANDED OVER', 'ENTRY'],
      keys.map(({ name, fingerprint, since, handedOver, signs }) => [
        name,
        fingerprint,
        since,
        signs ? 'signs now' : (handedOver?.time ?? 'ended with its epoch'),
        handedOver?.index,
      ]),
    ),
    '',
    gaps.length === 0
      ? plain('There is no time of which the log says nothing.')
      : table(
          ['GAP', 'FROM', 'UNTIL', 'TURNED BY', 'ENTRIES'],
          gaps.map(({ kind, from, to, byMs, entries }) => [
            kind,
            from,
            to,
            byMs === null ? null : `${byMs} ms`,
            told(entries),
          ]),
        ),
    ...(pruned.length === 0
      ? []
      : [
          '',
          table(
            ['ARCHIVED LOG', 'FROM', 'TO', 'TIME', 'FILE', 'ENTRY'],
            pruned.map(({ logId: of, from, to, time, file, entry }) => [
              of,
              from,
              to,
              time,
              file,
              entry.index,
            ]),
          ),
        ]),
  ].join('\n');
}
