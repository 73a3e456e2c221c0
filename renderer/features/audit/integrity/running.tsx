import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Panel } from '../../../ui/panel.tsx';

const lookMs = 5_000;

/** A verification that runs or was begun since the page is open, whoever began it: how far it is, and the way to stop it. */
export function RunningVerification() {
  const { query } = useApi();
  const queries = useQueryClient();
  const mayLook = useAllowed('jobs:read');
  const running = useQuery(
    query.jobs.listJobs.queryOptions({
      input: { kind: 'audit.verify', limit: 1 },
      enabled: mayLook,
      refetchInterval: lookMs,
    }),
  );
  const isLoaded = running.data !== undefined;
  const newest = running.data?.items[0];
  const newestId = newest?.id ?? null;
  const runs = newest?.state === 'running';
  /** The newest that was seen before: it had ended when the page was opened, or it is shown, or was. */
  const [seen, setSeen] = useState<string | null>();
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    if (!isLoaded || newestId === seen) return;
    if (newestId !== null && (seen !== undefined || runs)) setShown(newestId);
    setSeen(newestId);
  }, [isLoaded, newestId, runs, seen]);
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
