import { useSyncExternalStore } from 'react';
import { usePreferences } from '../app/preferences.tsx';
import { formatAgo, formatTime } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';

const everyMs = 20_000;

/** Now, in epoch milliseconds, renewed three times a minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / everyMs) * everyMs);
}

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, everyMs / 4);
  return () => clearInterval(timer);
}

interface TimeProps {
  /** RFC 3339; null is shown as `missing`. */
  readonly value: string | null;
  readonly missing?: string;
  /** `ago`: how long since, the exact time on hover. */
  readonly as?: 'exact' | 'ago';
}

/** A time in the zone that was chosen in the settings. */
export function Time({ value, missing = t('common.never'), as = 'exact' }: TimeProps) {
  const { zone } = usePreferences().preferences;
  const now = useNow();
  if (value === null) return <>{missing}</>;
  const exact = `${formatTime(value, zone)} ${zone === 'utc' ? t('common.utc') : t('common.local')}`;
  return (
    <time
      dateTime={value}
      title={as === 'ago' ? exact : formatAgo(value, now)}
      style={{ whiteSpace: 'nowrap' }}
    >
      {as === 'ago' ? formatAgo(value, now) : formatTime(value, zone)}
    </time>
  );
}
