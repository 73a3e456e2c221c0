import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Status } from '../../../shared/contract/suite.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { TimelineChart } from '../../ui/timeline-chart.tsx';

const spanMs = 14 * 86_400_000;
const hourMs = 3_600_000;

/** How far the record is proven, and how busy it has been. */
export function LogPanel({ log }: Pick<Status, 'log'>) {
  const { query } = useApi();
  // by the hour, so that the same question is asked for a while
  const [from] = useState(() => new Date(Math.floor((Date.now() - spanMs) / hourMs) * hourMs).toISOString());
  const timeline = useQuery(
    query.audit.getAuditTimeline.queryOptions({ input: { from, buckets: 56 }, staleTime: 60_000 }),
  );
  const { witness, size } = log.horizon;
  return (
    <Panel
      title={t('dashboard.log.title')}
      actions={<TextLink href="/audit">{t('dashboard.recent.all')}</TextLink>}
    >
      <Facts
        facts={[
          [t('dashboard.log.size'), formatCount(log.size)],
          [
            t('dashboard.log.horizon'),
            witness === 'keychain'
              ? t('dashboard.log.keychain', { size: formatCount(size) })
              : t('dashboard.log.none'),
          ],
        ]}
      />
      <ErrorNote error={timeline.error} />
      <strong>{t('dashboard.log.activity')}</strong>
      {timeline.data && <TimelineChart timeline={timeline.data} />}
    </Panel>
  );
}
