import { Button, Caption1, makeStyles } from '@fluentui/react-components';
import type { ForwardDestination } from '../../../../shared/contract/audit/forwarding.ts';
import { t } from '../../../i18n/translate.ts';
import { StateBadge, type Tone } from '../../../ui/state-badge.tsx';
import { TenantName } from '../../../ui/tenant-name.tsx';
import { Time } from '../../../ui/time.tsx';

const useStyles = makeStyles({
  ways: { display: 'flex', flexWrap: 'wrap', gap: '6px' },
  lines: { display: 'flex', flexDirection: 'column', gap: '2px', alignItems: 'flex-start' },
});

const tones = {
  paused: 'neutral',
  waiting: 'warning',
  current: 'good',
  behind: 'info',
  failing: 'bad',
} as const satisfies Record<ForwardDestination['state'], Tone>;

export type Way = 'test' | 'pause' | 'resume' | 'change' | 'remove' | 'letters';

interface DestinationRowProps {
  readonly destination: ForwardDestination;
  /** What may be done with it, in order. */
  readonly ways: readonly Exclude<Way, 'letters'>[];
  readonly busy: boolean;
  readonly onChoose: (way: Way) => void;
}

/** One destination: how far it got, and why no further. */
export function DestinationRow({ destination, ways, busy, onChoose }: DestinationRowProps) {
  const styles = useStyles();
  const { name, address, kind, state, problem, lag, sent, deadLetters, minimumSeverity, tenantId } =
    destination;
  return (
    <tr>
      <td>
        <div className={styles.lines}>
          <strong>{name}</strong>
          <code>{address}</code>
          <Caption1>
            {[
              t(`forwarding.kinds.${kind}`),
              destination.what === 'alerts'
                ? t('forwarding.what.alerts')
                : t(`forwarding.formats.${destination.format}`),
              ...(minimumSeverity === 'info'
                ? []
                : [t('forwarding.scope.severity', { severity: t(`words.severity.${minimumSeverity}`) })]),
            ].join(' · ')}
            {tenantId !== null && (
              <>
                {' · '}
                <TenantName id={tenantId} />
              </>
            )}
          </Caption1>
        </div>
      </td>
      <td>
        <div className={styles.lines}>
          <StateBadge tone={tones[state]} text={t(`forwarding.state.${state}`)} />
          {problem !== null && (
            <Caption1>
              {t(`forwarding.problems.${problem.reason}`, { detail: problem.detail || '–' })}{' '}
              {t('forwarding.again')} <Time value={problem.nextTry} />
            </Caption1>
          )}
          {deadLetters > 0 && (
            <Button size="small" onClick={() => onChoose('letters')}>
              {t('forwarding.lettersOf', { count: deadLetters })}
            </Button>
          )}
        </div>
      </td>
      <td>
        <div className={styles.lines}>
          {lag.entries === 0 ? t('forwarding.upToDate') : t('forwarding.behind', { count: lag.entries })}
          {lag.since !== null && (
            <Caption1>
              {t('forwarding.oldest')} <Time value={lag.since} as="ago" />
            </Caption1>
          )}
          <Caption1>
            {t('forwarding.sent', { count: sent.entries })}
            {sent.time !== null && (
              <>
                , {t('forwarding.newest')} <Time value={sent.time} as="ago" />
              </>
            )}
          </Caption1>
        </div>
      </td>
      <td>
        <div className={styles.ways}>
          {ways.map((way) => (
            <Button
              key={way}
              size="small"
              disabledFocusable={busy && way === 'test'}
              aria-label={`${t(`forwarding.${way}`)} ${name}`}
              onClick={() => onChoose(way)}
            >
              {t(`forwarding.${way}`)}
            </Button>
          ))}
        </div>
      </td>
    </tr>
  );
}
