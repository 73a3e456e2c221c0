import { Argument, type Command, Option } from 'commander';
import { type AlertRuleId, alertRuleIds } from '../../../../shared/alert-rules.ts';
import { alertWords } from '../../../../shared/alert-words.ts';
import { toRfc3339 } from '../../../../shared/clock.ts';
import type {
  Alert,
  AlertMute,
  AlertRuleState,
  ExplainedAlert,
} from '../../../../shared/contract/audit/alerts.ts';
import type { AlertAnomaly, AnomalyBaseline } from '../../../../shared/contract/audit/anomalies.ts';
import { toMilliseconds } from '../arguments/duration.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { facts, pageText, plain, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface Muting {
  readonly tenant?: string;
  readonly reason: string;
}

/** Alerts that rules on the log raised, and the muting of rules. */
export function addAuditAlerts(audit: Command, run: Run): void {
  const group = audit.command('alerts').description('what rules on the log found, and which rules there are');
  const rule = () => new Argument('<rule>', 'see holdfast audit alerts rules').choices(alertRuleIds);

  addPaging(group.command('list').description('list alerts, newest first'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .addOption(new Option('--rule <rule>').choices(alertRuleIds))
    .action((options: PagingOptions & { tenant?: string; rule?: AlertRuleId }) =>
      run.operation((client) => client.audit.listAlerts(options), {
        text: ({ items, next }) => pageText(alertsText(items), next),
      }),
    );

  group
    .command('rules')
    .description('list the rules, how often each was met in 30 days, and where it is muted')
    .action(() =>
      run.operation((client) => client.audit.listAlertRules({}), { text: ({ rules }) => rulesText(rules) }),
    );

  group
    .command('learning')
    .description('how far the statistics of each log are, which raise nothing while they learn')
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .action((options: { tenant?: string }) =>
      run.operation((client) => client.audit.listAnomalyBaselines(options), {
        text: ({ items }) => baselinesText(items),
      }),
    );

  group
    .command('explain')
    .description('read the entries of an alert again; exit status 2 when it no longer holds')
    .argument('<alert>', 'its id')
    .action((alertId: string) =>
      run.operation((client) => client.audit.explainAlert({ alertId }), {
        text: explainedText,
        status: holdsStatus,
      }),
    );

  group
    .command('mute')
    .description('let a rule raise nothing for some time; it goes on counting')
    .addArgument(rule())
    .requiredOption('--for <duration>', 'such as 8h or 14d, a year at most', toMilliseconds)
    .requiredOption('--reason <text>', 'why; kept in the log')
    .option('--tenant <tenant>', 'only for this tenant')
    .action((id: AlertRuleId, { for: ms, ...muting }: Muting & { for: number }) =>
      run.operation(
        (client) => client.audit.muteAlertRule({ rule: id, ...muting, until: toRfc3339(Date.now() + ms) }),
        { text: muteText },
      ),
    );

  group
    .command('unmute')
    .description('let a rule raise alerts again')
    .addArgument(rule())
    .requiredOption('--reason <text>', 'why; kept in the log')
    .option('--tenant <tenant>', 'where it was muted for this tenant')
    .action((id: AlertRuleId, muting: Muting) =>
      run.operation((client) => client.audit.unmuteAlertRule({ rule: id, ...muting }), {
        text: () => 'The rule raises alerts again.',
      }),
    );
}

const actorOf = ({ actor }: Alert) => (actor === null ? 'system' : (actor.name ?? actor.pseudonym));

const alertsText = (items: readonly Alert[]) =>
  table(
    ['TIME', 'SEVERITY', 'RULE', 'ACTOR', 'TENANT', 'ENTRIES', 'MORE', 'ID'],
    items.map((alert) => [
      alert.time,
      alert.severity,
      alert.rule,
      actorOf(alert),
      alert.tenantId,
      alert.entries.length,
      alert.more,
      alert.id,
    ]),
  );

const minutes = (ms: number) => `${ms / 60_000} min`;
const thresholdText = ({ threshold, bits }: Pick<AlertRuleState, 'threshold' | 'bits'>) =>
  threshold === null
    ? bits === null
      ? 'one entry'
      : `${bits} bits of what is unusual`
    : `${threshold.count} in ${minutes(threshold.windowMs)}, by ${threshold.per}`;

const rulesText = (rules: readonly AlertRuleState[]) =>
  table(
    ['RULE', 'SEVERITY', 'RAISED', 'WHEN', 'MUTED', 'MEANS'],
    rules.map(({ id, severity, raised, threshold, bits, mutes }) => [
      id,
      severity,
      raised,
      thresholdText({ threshold, bits }),
      mutes.map((mute) => `${mute.tenantId ?? 'everywhere'} until ${mute.until}`).join(', '),
      alertWords[id].title,
    ]),
  );

function explainedText({ alert, holds, counted, needed, score, problems, entries }: ExplainedAlert): string {
  const holdsText =
    score === null
      ? `yes: ${counted} of ${needed} entries needed meet the rule`
      : `yes: the log comes to ${score} bits again`;
  const words = alertWords[alert.rule];
  const head = facts([
    ['rule', alert.rule],
    ['what', words.title],
    ['meaning', words.meaning],
    ['what to do', words.advice],
    ['actor', actorOf(alert)],
    ['log', alert.logId],
    ['more that day', alert.more],
    ['threshold', alert.threshold && `${alert.threshold.count} in ${minutes(alert.threshold.windowMs)}`],
    ['unusual by', alert.anomaly && `${alert.anomaly.score} bits, ${alert.anomaly.needed} needed`],
    ['against', alert.anomaly && `${alert.anomaly.from} to ${alert.anomaly.to}`],
    ['holds', holds ? holdsText : 'NO'],
  ]);
  const found = problems.map(({ index, reason }) =>
    plain(`! ${index === null ? '' : `entry ${index}: `}${problemTexts[reason]}`),
  );
  const rows = entries.map((entry) => [entry.time, entry.index, entry.action, entry.outcome, entry.eventId]);
  const reasons = alert.anomaly === null ? [] : ['', contributionsText(alert.anomaly)];
  return [head, ...found, ...reasons, '', table(['TIME', 'INDEX', 'ACTION', 'OUTCOME', 'EVENT'], rows)].join(
    '\n',
  );
}

const contributionsText = ({ contributions, firstEntry, lastEntry }: AlertAnomaly) =>
  table(
    ['BITS', 'UNUSUAL', 'WHAT', 'VALUE', 'OF', 'EXPECTED', 'WEEKS BEFORE', 'ENTRY'],
    contributions.map(({ score, kind, what, value, of, expected, earlier, entry }) => [
      score,
      kind,
      what,
      value,
      of,
      expected,
      earlier.join(' '),
      entry,
    ]),
  ) + plain(`\nof entries ${firstEntry} to ${lastEntry}`);

const baselinesText = (items: readonly AnomalyBaseline[]) =>
  table(
    ['LOG', 'STATE', 'DAYS', 'ENTRIES', 'DAYS LEFT', 'ENTRIES LEFT', 'WHY'],
    items.map(({ tenantId, state, days, entries, daysLeft, entriesLeft, reasons }) => [
      tenantId ?? 'installation',
      state,
      days,
      entries,
      daysLeft,
      entriesLeft,
      reasons.join(', '),
    ]),
  );

const problemTexts: Record<ExplainedAlert['problems'][number]['reason'], string> = {
  missing: 'it is no longer in the log; run holdfast audit verify',
  changed: 'it is not as it was when the alert was raised; run holdfast audit verify',
  archived: 'the entry was archived and dropped from the log',
  'not-logged': 'the log does not tell of this alert',
  'alert-changed': 'the log tells otherwise of this alert',
  'below-threshold': 'the entries as they are now do not meet the rule',
  'outcome-logged': 'by now a log has the outcome of the operation',
  'baseline-missing':
    'entries that it was compared with are gone or cannot be read, so it cannot be reckoned again',
  'baseline-differs': 'the log as it is now comes to something else; run holdfast audit verify',
};

const holdsStatus = ({ holds }: ExplainedAlert): ExitStatus =>
  holds ? exitStatus.done : exitStatus.integrity;

const muteText = ({ rule, tenantId, until }: AlertMute) =>
  facts([
    ['muted', rule],
    ['for', tenantId ?? 'everywhere'],
    ['until', until],
  ]);
