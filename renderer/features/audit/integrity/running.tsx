import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Panel } from '../../../ui/panel.tsx';

const lookMs = 5_000;

/** A verification that runs, whoever began it: how far it is, and the way to stop it. */
export function RunningVerification() {
  const { query } = useApi();
  const queries = useQueryClient();
  const mayLook = useAllowed('jobs:read');
  const running = useQuery(
    query.jobs.listJobs.queryOptions({
      input: { kind: 'audit.verify', state: 'running', limit: 1 },
      enabled: mayLook,
      refetchInterval: lookMs,
    }),
  );
  const found = running.data?.items[0]?.id;
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    if (found !== undefined) setShown(found);
  }, [found]);
  if (shown === undefined) return null;
  return (
    <Panel title={t('integrity.running.title')}>
      <JobPanel
        jobId={shown}
        done={() => t('integrity.running.done')}
        onClose={() => {
          setShown(undefined);
          void queries.invalidateQueries();
        }}
      />
    </Panel>
  );
}
