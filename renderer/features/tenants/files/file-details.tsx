import { Button } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant, TenantFile } from '../../../../shared/contract/tenants.ts';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Failure } from '../../../rpc/failure.ts';
import { prepareDownload, saveDownload } from '../../../rpc/transfers.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { Time } from '../../../ui/time.tsx';
import { useAttempt } from '../../../ui/use-attempt.ts';

interface FileDetailsProps {
  readonly tenant: Tenant;
  readonly file: TenantFile;
  readonly mayWrite: boolean;
}

/** One file: taken along, or deleted. */
export function FileDetails({ tenant, file, mayWrite }: FileDetailsProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { busy, error, attempt } = useAttempt();
  const of = { tenant: tenant.id, fileId: file.id };

  async function download() {
    await attempt(async () => {
      const place = await prepareDownload(file.name);
      const { jobId } = await client.tenants.getFile({ ...of, path: place.file });
      for await (const job of await client.jobs.watchJob({ jobId })) {
        if (job.error !== null) throw new Failure(job.error.code, job.error.data);
      }
      saveDownload(place);
    });
  }

  return (
    <>
      <Facts
        facts={[
          [t('tenants.files.columns.size'), formatBytes(file.size)],
          [t('tenants.files.columns.created'), <Time key="created" value={file.createdAt} />],
          [t('tenants.files.sha256'), <Identifier key="sha256" value={file.sha256} />],
          [t('tenants.files.id'), <Identifier key="id" value={file.id} />],
        ]}
      />
      <ErrorNote error={error} />
      <div style={{ display: 'flex', gap: 8 }}>
        <Button disabled={busy} onClick={() => void download()}>
          {t('tenants.files.download')}
        </Button>
        {mayWrite && <Button onClick={() => setAsking(true)}>{t('tenants.files.delete')}</Button>}
      </div>
      {asking && (
        <ConfirmDialog
          title={t('tenants.files.deleteTitle', { name: file.name })}
          confirm={t('tenants.files.delete')}
          typed={t('tenants.files.deleteWord')}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await client.tenants.deleteFile(of);
            await queries.invalidateQueries({ queryKey: query.tenants.key() });
          }}
        >
          <p>{t('tenants.files.deleteText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
