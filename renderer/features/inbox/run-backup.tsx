import { Body1, Button } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import type { Notice } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { JobPanel } from '../../ui/job-panel.tsx';

/** Makes up for a backup that is not there, and shows how that goes. */
export function RunBackup({ notice: { kind, tenantId } }: { readonly notice: Notice }) {
  const { query } = useApi();
  const start = useMutation(query.backups.createBackup.mutationOptions());
  const { scope, option } = whatIsMissing(kind, tenantId);
  if (start.data) {
    return <JobPanel jobId={start.data.jobId} done={() => <Body1>{t('inbox.details.started')}</Body1>} />;
  }
  return (
    <>
      <div>
        <Button size="small" disabled={start.isPending} onClick={() => start.mutate({ scope })}>
          {t('inbox.details.runNow')}
        </Button>
      </div>
      <ErrorNote error={start.error} />
      <CommandLine command={`holdfast backup run ${option}`} />
    </>
  );
}

const ofOwner: ReadonlySet<Notice['kind']> = new Set(['backup-missed', 'backup-overdue', 'commits-in-doubt']);

/** A job of no tenant may have been of everything; what no job told of is the installation's own. */
function whatIsMissing(kind: Notice['kind'], tenantId: string | null) {
  if (tenantId !== null) return { scope: { tenant: tenantId }, option: `--tenant ${tenantId}` };
  return ofOwner.has(kind)
    ? { scope: { installation: true as const }, option: '--installation' }
    : { scope: { all: true as const }, option: '--all' };
}
