import { horizonText, type ProofHorizon } from '../../../shared/proof-horizon.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { formatCount, formatTime } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';

/** Up to where the log is proven and by whom, with times in the zone that was chosen. */
export function HorizonText({ horizon }: { readonly horizon: ProofHorizon }) {
  const { zone } = usePreferences().preferences;
  const time = (text: string) =>
    `${formatTime(text, zone)} ${zone === 'utc' ? t('common.utc') : t('common.local')}`;
  return <>{horizonText(horizon, { count: formatCount, time })}</>;
}
