import { Caption1 } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { severities } from '../../../shared/severities.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useNow } from '../../ui/time.tsx';
import { TimelineChart } from '../../ui/timeline-chart.tsx';

const dayMs = 86_400_000;
const days = 14;
const everyMs = 60_000;

/** How much was logged on each of the last 14 days. */
export function ActivityPanel() {
  const { query } = useApi();
  const now = useNow();
  // buckets are days of UTC: the same question is asked until midnight there
  const from = new Date((Math.floor(now / dayMs) - days + 1) * dayMs).toISOString();
  const { data, error, refetch } = useQuery(
    query.audit.getAuditTimeline.queryOptions({
      input: { from, buckets: days },
      refetchInterval: everyMs,
      placeholderData: keepPreviousData,
    }),
  );
  const counted = severities.map((severity) =>
    t('dashboard.activity.counted', {
      severity: t(`words.severity.${severity}`),
      count: data?.buckets.reduce((sum, bucket) => sum + bucket[severity], 0) ?? 0,
    }),
  );
  return (
    <Panel title={t('dashboard.activity.title')}>
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {data && (
        <>
          <TimelineChart timeline={data} />
          <Caption1>{counted.join(' · ')}</Caption1>
        </>
      )}
    </Panel>
  );
}
