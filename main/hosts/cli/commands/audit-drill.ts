import type { Command } from 'commander';
import {
  type TamperDrillResult,
  type TriedAttack,
  tamperDrillResult,
} from '../../../../shared/contract/audit/tamper-drill.ts';
import type { AuditEntry } from '../../../../shared/contract/audit.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { duration, pageText, plain, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

/** `audit drill` holds one; `audit drill list` shows those that were held. */
export function addAuditDrill(audit: Command, run: Run): void {
  const group = audit
    .command('drill')
    .description(
      'attack a copy of the log in every known way; exit status 2 when an attack is missed, 3 when only something outside could tell',
    )
    .option('--detach', 'answer at once with the id of the job')
    .action(({ detach }: { detach?: boolean }) =>
      run.job((client) => client.audit.runTamperDrill({}), {
        result: tamperDrillResult,
        text: resultText,
        status: drillStatus,
        detach,
      }),
    );

  addPaging(group.command('list').description('drills that were held, newest first')).action(
    (options: PagingOptions) =>
      run.operation(
        (client) => client.audit.getAuditTrail({ ...options, action: 'audit.drill', order: 'newest' }),
        { text: ({ items, next }) => pageText(drillsText(items), next) },
      ),
  );
}

function resultText(result: TamperDrillResult): string {
  const { attacks, caught, missed, unguarded, notApplicable, logs, entries, durationMs } = result;
  const tried = table(
    ['ATTACK', 'OUTCOME', 'ENTRY', 'CAUGHT BY'],
    attacks.map((each) => [each.attack, each.outcome, entryOf(each), wordsOf(each)]),
  );
  const sum = `${caught} caught, ${missed} missed, ${unguarded} unguarded, ${notApplicable} not applicable`;
  const covered = `${entries} entries of ${logs} logs verified first; attacks on the newest ${result.stretch} of a log, in ${duration(durationMs)}`;
  return [tried, '', plain(`${sum}. ${covered}.`)].join('\n');
}

const entryOf = ({ finding, target }: TriedAttack) => finding?.index ?? target?.index ?? '';

const obstacles = {
  'few-entries': 'the log has too few entries',
  'no-openings': 'nothing is sealed in its newest entries',
  'no-full-tile': 'the log has no full tile of 256 hashes yet',
  'never-rotated': 'no key was replaced yet',
  'no-tenant-log': 'no tenant has a log yet',
  'one-tenant-log': 'only one tenant has a log',
  'large-tenant-logs': 'every log of a tenant is too large to move',
  'no-witness': 'there is no witness',
  'no-timestamp': 'there is no time stamp',
  'no-retention': 'how long the log is kept was never set',
} as const satisfies Record<NonNullable<TriedAttack['obstacle']>, string>;

function wordsOf({ outcome, finding, obstacle }: TriedAttack): string {
  if (obstacle !== null) return obstacles[obstacle];
  if (outcome === 'unguarded')
    return 'nothing outside the database is compared here; a witness would notice at its next cosignature';
  return finding?.reason ?? 'nothing: report this, and trust no verdict of this version';
}

const drillStatus = ({ missed, unguarded }: TamperDrillResult): ExitStatus =>
  missed > 0 ? exitStatus.integrity : unguarded > 0 ? exitStatus.incomplete : exitStatus.done;

const drillsText = (items: readonly AuditEntry[]) =>
  table(
    ['TIME', 'BY', 'OUTCOME', 'CAUGHT', 'MISSED', 'UNGUARDED', 'NOT CAUGHT'],
    items.map(({ time, actor, outcome, facts }) => [
      time,
      actor.name ?? actor.pseudonym ?? actor.kind,
      outcome,
      ...['caught', 'missed', 'unguarded', 'notCaught'].map((fact) => told(facts[fact])),
    ]),
  );

const told = (fact: AuditEntry['facts'][string] | undefined) => (fact === undefined ? '' : String(fact));
