import type { Notice } from '../../shared/contract/suite.ts';
import { t } from '../i18n/translate.ts';
import { jobKindText } from './job-words.ts';
import type { Tone } from './tone.ts';

/** What happened, in a sentence. */
export function noticeText({
  kind,
  jobKind,
  alertRule,
}: Pick<Notice, 'kind' | 'jobKind' | 'alertRule'>): string {
  if (kind === 'alert' && alertRule !== null) return t(`alerts.rules.${alertRule}.title`);
  if (kind === 'job-failed' || kind === 'job-interrupted') {
    return t(`inbox.what.${kind}`, { job: jobKindText(jobKind ?? '') });
  }
  return t(`inbox.what.${kind}`);
}

/** How grave a severity looks. */
export const severityTones = {
  info: 'info',
  warning: 'warning',
  critical: 'bad',
} as const satisfies Record<Notice['severity'], Tone>;
