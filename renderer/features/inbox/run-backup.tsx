import { Body1, Button } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { JobPanel } from '../../ui/job-panel.tsx';

/** Makes up for a backup that is not there, and shows how that goes. `tenantId` null: the installation's. */
export function RunBackup({ tenantId }: { readonly tenantId: string | null }) {
  const { query } = useApi();
  const start = useMutation(query.backups.createBackup.mutationOptions());
  const scope = tenantId === null ? ({ installation: true } as const) : { tenant: tenantId };
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
      <CommandLine
        command={`holdfast backup run ${tenantId === null ? '--installation' : `--tenant ${tenantId}`}`}
      />
    </>
  );
}
