import {
  Link,
  Toast,
  ToastBody,
  Toaster,
  ToastTitle,
  useId,
  useToastController,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Job } from '../../../shared/contract/suite.ts';
import { failureText } from '../../i18n/failure-text.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { isRunning, useCurrentJobs } from '../../rpc/use-current-jobs.ts';
import { jobKindText } from '../../ui/job-words.ts';

const shownMs = 15_000;

/** When a job ends: what it changed is read anew, and a failure is told wherever one is. The inbox keeps it. */
export function JobEnds() {
  const { query } = useApi();
  const queries = useQueryClient();
  const [location, go] = useLocation();
  const toaster = useId('toaster');
  const { dispatchToast } = useToastController(toaster);
  const { running, recent } = useCurrentJobs();
  const before = useRef<ReadonlySet<string>>(new Set());

  useEffect(() => {
    if (running === undefined) return;
    const ended = recent.filter((job) => before.current.has(job.id) && !isRunning(job));
    before.current = new Set(running.map(({ id }) => id));
    if (ended.length === 0) return;
    for (const group of [query.suite, query.jobs, query.backups]) {
      void queries.invalidateQueries({ queryKey: group.key() });
    }
    for (const job of ended.filter(needsEyes)) {
      if (location === `/jobs/${job.id}`) continue;
      dispatchToast(<Failed job={job} onOpen={() => go(`/jobs/${job.id}`)} />, {
        intent: 'error',
        timeout: shownMs,
        pauseOnHover: true,
      });
    }
  }, [running, recent, query, queries, dispatchToast, location, go]);

  return <Toaster toasterId={toaster} position="bottom-end" />;
}

const needsEyes = ({ state }: Job): boolean => state === 'failed' || state === 'interrupted';

function Failed({ job, onOpen }: { readonly job: Job; readonly onOpen: () => void }) {
  const name = jobKindText(job.kind);
  return (
    <Toast>
      <ToastTitle action={<Link onClick={onOpen}>{t('shell.jobs.open')}</Link>}>
        {job.state === 'failed'
          ? t('shell.jobs.failed', { job: name })
          : t('shell.jobs.interrupted', { job: name })}
      </ToastTitle>
      {job.error && <ToastBody>{failureText(job.error)}</ToastBody>}
    </Toast>
  );
}
