import { Body1, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { BreachDetails } from '../../../../shared/contract/audit/breaches.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t, tryText } from '../../../i18n/translate.ts';
import { actionText } from '../../../ui/action-text.ts';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: '8px' },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  item: {
    display: 'flex',
    flexDirection: 'column',
    paddingInlineStart: '10px',
    borderLeft: `2px solid ${tokens.colorNeutralStroke1}`,
    overflowWrap: 'anywhere',
  },
  more: { color: tokens.colorNeutralForeground3 },
});

const memberText = (name: string) => tryText(['breaches', 'members', name]) ?? name;

/** Each step of the record as the log tells it; what it changed is in the entry. */
export function BreachHistory({ history }: Pick<BreachDetails, 'history'>) {
  const styles = useStyles();
  return (
    <section className={styles.section}>
      <Subtitle2 as="h3">{t('breaches.details.history')}</Subtitle2>
      {history === null ? (
        <Body1>{t('breaches.details.noHistory')}</Body1>
      ) : (
        <ol className={styles.list}>
          {history.map(({ eventId, index, time, action, outcome, actor, reason, changed }) => (
            <li key={eventId} className={styles.item}>
              <span>
                {actionText(action)}
                {outcome !== 'success' && ` (${t('breaches.details.refused')})`}
                {' · '}
                {actor?.name ?? actor?.pseudonym ?? t('breaches.details.system')}
              </span>
              <small className={styles.more}>
                <Time value={time} />
                {' · '}
                <TextLink href={`/audit?entry=${eventId}`}>
                  {t('breaches.details.entry', { index: formatCount(index) })}
                </TextLink>
              </small>
              {changed.length > 0 && (
                <small className={styles.more}>
                  {t('breaches.details.members', { names: changed.map(memberText).join(', ') })}
                </small>
              )}
              {reason !== null && <small>“{reason}”</small>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
