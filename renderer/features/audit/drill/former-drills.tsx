import { Caption1 } from '@fluentui/react-components';
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
import { PlainTable } from '../plain-table.tsx';

const most = 50;

/** Drills that were held, as the log itself tells them; nothing while there is none. */
export function FormerDrills() {
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
      <PlainTable
        label={t('tamperDrill.history.title')}
        columns={(['time', 'by', 'outcome', 'caught', 'open', 'entry'] as const).map((column) =>
          t(`tamperDrill.history.columns.${column}`),
        )}
        rows={drills.map((drill) => ({
          key: drill.eventId,
          cells: [
            <Time key="time" value={drill.time} />,
            actorText(drill),
            <Outcome key="outcome" {...drill} />,
            drill.outcome === 'success' ? formatCount(Number(drill.facts.caught)) : '',
            notCaught(drill),
            <TextLink key="entry" href={`/audit?entry=${drill.eventId}`}>
              {t('tamperDrill.history.open')}
            </TextLink>,
          ],
        }))}
      />
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
