import { makeStyles, tokens } from '@fluentui/react-components';
import type { Snapshot } from '../../../../shared/contract/backups.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatBytes, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';

const useStyles = makeStyles({
  figure: { margin: 0, flexShrink: 0 },
  chart: { display: 'flex', alignItems: 'flex-end', gap: '2px', height: '44px' },
  bar: {
    flexGrow: 1,
    flexBasis: 0,
    maxWidth: '24px',
    minHeight: '2px',
    backgroundColor: tokens.colorBrandBackground,
  },
  caption: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
});

const most = 60;

/** How much each of the newest snapshots added; the list below has the numbers. */
export function SizeChart({ snapshots }: { readonly snapshots: readonly Snapshot[] }) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const shown = snapshots.slice(0, most).toReversed();
  const largest = Math.max(1, ...shown.map(({ bytesAdded }) => bytesAdded));
  return (
    <figure className={styles.figure}>
      <div className={styles.chart} aria-hidden>
        {shown.map(({ id, time, bytesAdded }) => (
          <span
            key={id}
            className={styles.bar}
            style={{ height: `${(100 * bytesAdded) / largest}%` }}
            title={t('backups.history.bar', { time: formatTime(time, zone), bytes: formatBytes(bytesAdded) })}
          />
        ))}
      </div>
      <figcaption className={styles.caption}>{t('backups.history.chart')}</figcaption>
    </figure>
  );
}
