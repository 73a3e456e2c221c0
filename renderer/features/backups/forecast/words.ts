import type { Comparison, TargetForecast } from '../../../../shared/contract/backups/forecast.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';

type Forecast = NonNullable<TargetForecast['forecast']>;

/** Growth a day, and between what most of the days lie. */
export function perDay({ middle, low, high }: Forecast['bytesPerDay']): string {
  return t('forecast.perDay', { middle: signed(middle), low: signed(low), high: signed(high) });
}

/** Between which days a target is full. */
export function inDays({ earliestInDays, latestInDays }: Forecast): string {
  if (earliestInDays === null) return '';
  const earliest = formatCount(Math.floor(earliestInDays));
  return latestInDays === null
    ? t('forecast.rangeOpen', { earliest })
    : t('forecast.range', { earliest, latest: formatCount(Math.floor(latestInDays)) });
}

/** How the newest backup compares with those before it, and what that comes from. */
export function comparisonWords(compared: Comparison | null, format: (value: number) => string): string {
  if (compared === null) return t('forecast.cannotCompare');
  return t(compared.unusual ? 'forecast.unusual' : 'forecast.usual', {
    latest: format(compared.latest),
    usual: format(Math.round(compared.usual)),
    limit: format(Math.round(compared.limit)),
    count: compared.compared,
  });
}

function signed(bytes: number): string {
  return bytes < 0 ? `−${formatBytes(Math.round(-bytes))}` : formatBytes(Math.round(bytes));
}
