import { formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';

const dayMs = 86_400_000;

/** How long ago something was, for somebody who weighs it: minutes at first, then days. Milliseconds. */
export function ageText(ms: number): string {
  if (ms < 2 * dayMs)
    return formatDuration(Math.max(1, Math.floor(ms / 60_000)) * 60_000).replace(/ 0 s$/, '');
  return t('dashboard.protection.days', { count: Math.floor(ms / dayMs) });
}
