import type { Alert, AlertRuleState } from '../../shared/contract/audit/alerts.ts';
import { formatCount } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';

const minuteMs = 60_000;

/** Who did what an alert rests on last. */
export function alertActor({ actor, rule }: Alert): string {
  if (rule === 'unusual-log') return t('alerts.everybody');
  return actor === null ? t('alerts.system') : (actor.name ?? actor.pseudonym);
}

/** When a rule is met. */
export function thresholdText(threshold: AlertRuleState['threshold'], bits: number | null): string {
  if (bits !== null) return t('alerts.at.bits', { bits });
  if (threshold === null) return t('alerts.at.once');
  const { count, windowMs, per } = threshold;
  return t('alerts.at.count', {
    count: formatCount(count),
    minutes: String(windowMs / minuteMs),
    per: t(`alerts.per.${per}`),
  });
}
