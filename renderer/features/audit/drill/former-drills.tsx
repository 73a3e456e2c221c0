import { Caption1, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { AuditEntry } from '../../../../shared/contract/audit.ts';
import { tamperAttacks } from '../../../../shared/tamper-attacks.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time } from '../../../ui/time.tsx';
import type { Tone } from '../../../ui/tone.ts';
import { actorText } from '../entry-columns.tsx';

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase200 },
  head: {
    color: tokens.colorNeutralForeground3,
    textAlign: 'start',
    fontWeight: 'inherit',
    padding: '0 12px 4px 0',
  },
  cell: {
    textAlign: 'start',
    padding: '4px 12px 4px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
  },
});

const most = 50;

/** Drills that were held, as the log itself tells them; nothing while there is none. */
export function FormerDrills() {
  const styles = useStyles();
  const { query } = useApi();
  const found = useQuery(
    query.audit.getAuditTrail.queryOptions({
      input: { action: 'audit.drill', order: 'newest', limit: most },
      staleTime: 30_000,
    }),
  );
  const drills = found.data?.items ?? [];
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (drills.length === 0) return null;
  return (
    <Panel title={t('tamperDrill.history.title')}>
      <table className={styles.table} aria-label={t('tamperDrill.history.title')}>
        <thead>
          <tr>
            {(['time', 'by', 'outcome', 'caught', 'open', 'entry'] as const).map((column) => (
              <th key={column} className={styles.head} scope="col">
                {t(`tamperDrill.history.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drills.map((drill) => (
            <tr key={drill.eventId}>
              {[
                <Time key="time" value={drill.time} />,
                actorText(drill),
                <Outcome key="outcome" {...drill} />,
                drill.outcome === 'success' ? formatCount(Number(drill.facts.caught)) : '',
                notCaught(drill),
                <TextLink key="entry" href={`/audit?entry=${drill.eventId}`}>
                  {t('tamperDrill.history.open')}
                </TextLink>,
              ].map((content, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay in their order
                <td key={at} className={styles.cell}>
                  {content}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {found.data?.next !== null && <Caption1>{t('tamperDrill.history.more', { count: most })}</Caption1>}
    </Panel>
  );
}

function Outcome({ outcome, facts }: AuditEntry) {
  const [tone, text] = stateOf(outcome, facts);
  return <StateBadge tone={tone} text={text} />;
}

function stateOf(outcome: AuditEntry['outcome'], facts: AuditEntry['facts']): readonly [Tone, string] {
  if (outcome !== 'success') return ['warning', t('tamperDrill.history.failed')];
  if (Number(facts.missed) > 0) return ['bad', t('tamperDrill.outcome.missed')];
  if (Number(facts.unguarded) > 0) return ['warning', t('tamperDrill.outcome.unguarded')];
  return ['good', t('tamperDrill.outcome.caught')];
}

function notCaught({ outcome, facts }: AuditEntry): string {
  if (outcome !== 'success') return '';
  const names = String(facts.notCaught ?? '').split(' ');
  const titles = tamperAttacks
    .filter((attack) => names.includes(attack))
    .map((attack) => t(`tamperDrill.attacks.${attack}.title`));
  return titles.join('; ') || t('tamperDrill.history.none');
}
