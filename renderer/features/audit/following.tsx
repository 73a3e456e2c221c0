import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowUpRegular, PauseRegular, PlayRegular } from '@fluentui/react-icons';
import { failureText } from '../../i18n/failure-text.ts';
import { t } from '../../i18n/translate.ts';
import type { Tail } from './use-trail-tail.ts';

const useStyles = makeStyles({
  root: { display: 'flex', alignItems: 'center', gap: '8px', flexShrink: 0, minHeight: '32px' },
  state: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface FollowingProps {
  /** `elsewhere`: what comes now is not in this list, whatever else is chosen. */
  readonly state: 'following' | 'paused' | 'elsewhere';
  readonly tail: Tail;
  readonly onPause: (pause: boolean) => void;
  readonly onNow: () => void;
}

/** Whether new entries come into the list by themselves, and how many wait above. */
export function Following({ state, tail, onPause, onNow }: FollowingProps) {
  const styles = useStyles();
  const { held, failure, show } = tail;
  if (state === 'elsewhere') {
    return (
      <div className={styles.root}>
        <Button size="small" icon={<ArrowUpRegular />} onClick={onNow}>
          {t('audit.live.now')}
        </Button>
        <span className={styles.state}>{t('audit.live.elsewhere')}</span>
      </div>
    );
  }
  const paused = state === 'paused';
  return (
    <div className={styles.root}>
      <Button
        size="small"
        icon={paused ? <PlayRegular /> : <PauseRegular />}
        onClick={() => onPause(!paused)}
      >
        {paused ? t('audit.live.follow') : t('audit.live.pause')}
      </Button>
      <span className={styles.state} role="status">
        {failure ? failureText(failure) : paused ? t('audit.live.paused') : t('audit.live.following')}
      </span>
      {held > 0 && (
        <Button size="small" appearance="primary" icon={<ArrowUpRegular />} onClick={show}>
          {t('audit.live.held', { count: held })}
        </Button>
      )}
    </div>
  );
}
