import { Body1, makeStyles, tokens } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateBadge, type Tone } from '../../ui/state-badge.tsx';
import { ConfirmRecoveryKey } from '../setup/confirm-recovery-key.tsx';
import { type AttentionItem, recoveryKey } from './attention-items.ts';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  item: {
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    padding: '6px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ':first-child': { borderTop: 'none' },
  },
  text: { flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' },
  badge: { flexShrink: 0, width: '92px' },
  button: { flexShrink: 0 },
});

const severityOf = {
  bad: 'critical',
  warning: 'warning',
  info: 'info',
  neutral: 'info',
  good: 'info',
} as const satisfies Record<Tone, string>;

interface AttentionProps {
  /** undefined until it is known. */
  readonly items: readonly AttentionItem[] | undefined;
  readonly installationId?: string;
}

/** What somebody should look at, each with the one thing to do next. */
export function Attention({ items, installationId }: AttentionProps) {
  const styles = useStyles();
  return (
    <Panel title={t('dashboard.attention.title')}>
      {items === undefined && <Body1>{t('dashboard.attention.checking')}</Body1>}
      {items?.length === 0 && <StateBadge tone="good" text={t('dashboard.attention.nothing')} />}
      {items !== undefined && items.length > 0 && (
        <ul className={styles.list}>
          {items.map(({ key, tone, text, next }) => (
            <li key={key} className={styles.item}>
              <span className={styles.badge}>
                <StateBadge tone={tone} text={t(`words.severity.${severityOf[tone]}`)} />
              </span>
              <span className={styles.text}>{text}</span>
              {key === recoveryKey && installationId !== undefined ? (
                <span className={styles.button}>
                  <ConfirmRecoveryKey label={t(next.label)} installationId={installationId} />
                </span>
              ) : (
                <LinkButton size="small" className={styles.button} href={next.href}>
                  {t(next.label)}
                </LinkButton>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
