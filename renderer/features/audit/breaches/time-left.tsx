import { makeStyles, ProgressBar, tokens } from '@fluentui/react-components';
import { breachNoticeMs, breachStage } from '../../../../shared/breaches.ts';
import type { Breach } from '../../../../shared/contract/audit/breaches.ts';
import { formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { useNow } from '../../../ui/time.tsx';
import type { Tone } from '../../../ui/tone.ts';

const useStyles = makeStyles({
  root: { display: 'flex', alignItems: 'center', gap: '10px', minWidth: 0, width: '100%' },
  bar: { flexGrow: 1, minWidth: '40px', maxWidth: '220px' },
  text: { whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
  late: { color: tokens.colorPaletteRedForeground1, fontWeight: tokens.fontWeightSemibold },
});

const colors = ['brand', 'warning', 'error', 'error'] as const;

const breachTones = {
  open: 'warning',
  notified: 'good',
  'not-notifiable': 'good',
  closed: 'neutral',
} as const satisfies Record<Breach['state'], Tone>;

/** What is left of the 72 hours, by word and by bar; where they do not run, the state. */
export function TimeLeft({ breach: { state, dueAt } }: { readonly breach: Pick<Breach, 'state' | 'dueAt'> }) {
  const styles = useStyles();
  const now = useNow();
  if (state !== 'open') {
    return (
      <span>
        <StateBadge tone={breachTones[state]} text={t(`breaches.states.${state}`)} />
      </span>
    );
  }
  const leftMs = Date.parse(dueAt) - now;
  const text =
    leftMs > 0
      ? t('breaches.left', { time: formatDuration(leftMs) })
      : t('breaches.pastDue', { time: formatDuration(-leftMs) });
  return (
    <span className={styles.root}>
      <span className={styles.bar}>
        <ProgressBar
          aria-label={text}
          thickness="large"
          value={Math.min(1, 1 - leftMs / breachNoticeMs)}
          color={colors[breachStage(leftMs)] ?? 'error'}
        />
      </span>
      <span className={leftMs > 0 ? styles.text : `${styles.text} ${styles.late}`}>{text}</span>
    </span>
  );
}
