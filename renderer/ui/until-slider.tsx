import { makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import type { AuditTimeline } from '../../shared/contract/audit.ts';
import { usePreferences } from '../app/preferences.tsx';
import { formatTime } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';

const useStyles = makeStyles({
  slider: { width: '100%', height: '24px', margin: 0, accentColor: tokens.colorCompoundBrandStroke },
});

const settleMs = 250;

interface UntilSliderProps {
  readonly timeline: AuditTimeline;
  readonly until: string | undefined;
  readonly onChoose: (until: string | undefined) => void;
}

/** Jumps to a point in the time that a chart above it shows; at its right end nothing is left out. */
export function UntilSlider({ timeline: { buckets, bucketMs }, until, onChoose }: UntilSliderProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const end = (at: number) => Date.parse(buckets[at - 1]?.time ?? '') + bucketMs;
  const found = until === undefined ? -1 : buckets.findIndex((_, at) => end(at + 1) >= Date.parse(until));
  const chosen = found === -1 ? buckets.length : found + 1;
  const [moved, setMoved] = useState<number>();
  useEffect(() => {
    if (moved === undefined) return;
    const timer = setTimeout(() => {
      setMoved(undefined);
      const first = buckets[0];
      if (first === undefined) return;
      const time = Date.parse(first.time) + moved * bucketMs;
      onChoose(moved >= buckets.length ? undefined : new Date(time).toISOString());
    }, settleMs);
    return () => clearTimeout(timer);
  }, [moved, buckets, bucketMs, onChoose]);
  const value = moved ?? chosen;
  return (
    <input
      type="range"
      className={styles.slider}
      min={1}
      max={buckets.length}
      value={value}
      aria-label={t('audit.jump')}
      aria-valuetext={formatTime(new Date(end(value)).toISOString(), zone)}
      onChange={({ target }) => setMoved(Number(target.value))}
    />
  );
}
