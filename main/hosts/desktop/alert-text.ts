import { alertWords } from '../../../shared/alert-words.ts';
import type { RaisedAlert } from '../../../shared/contract/audit/alerts.ts';

export interface NotificationText {
  /** Plain text everywhere; names belong here. */
  readonly title: string;
  /** Some systems read it as markup: words of ours only. */
  readonly body: string;
}

/** One alert: how severe it is, of which tenant, and what its rule says. */
export function textOfOne(
  { rule, severity }: Pick<RaisedAlert, 'rule' | 'severity'>,
  tenantName: string | undefined,
): NotificationText {
  const word = severity === 'critical' ? 'Critical alert' : 'Warning';
  return {
    title: tenantName === undefined ? word : `${word}: ${tenantName}`,
    body: alertWords[rule].title,
  };
}

/** Several at once: how many of which severity. */
export function textOfMany(alerts: readonly Pick<RaisedAlert, 'severity'>[]): NotificationText {
  const critical = alerts.filter(({ severity }) => severity === 'critical').length;
  const warnings = alerts.length - critical;
  const parts = [
    ...(critical > 0 ? [`${critical} critical`] : []),
    ...(warnings > 0 ? [warnings === 1 ? '1 warning' : `${warnings} warnings`] : []),
  ];
  return { title: `${alerts.length} alerts`, body: parts.join(', ') };
}
