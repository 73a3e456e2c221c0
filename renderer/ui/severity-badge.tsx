import type { Outcome, Severity } from '../../shared/severities.ts';
import { t } from '../i18n/translate.ts';
import { StateBadge } from './state-badge.tsx';

const severityTones = { info: 'neutral', warning: 'warning', critical: 'bad' } as const;
const outcomeTones = { success: 'good', failure: 'bad', unknown: 'info' } as const;

export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  return <StateBadge tone={severityTones[severity]} text={t(`words.severity.${severity}`)} />;
}

export function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  return <StateBadge tone={outcomeTones[outcome]} text={t(`words.outcome.${outcome}`)} />;
}
