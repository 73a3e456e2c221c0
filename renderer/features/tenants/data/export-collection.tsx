import { Button, Tooltip } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { prepareDownload, type TransferFile } from '../../../rpc/transfers.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Exporting } from '../../../ui/exporting.tsx';

interface ExportCollectionProps {
  readonly tenant: Tenant;
  readonly collection: string;
}

/** All documents of a collection as JSON Lines, saved by the browser. */
export function ExportCollection({ tenant, collection }: ExportCollectionProps) {
  const { client } = useApi();
  const [running, setRunning] = useState<{ jobId: string; file: TransferFile }>();
  const [error, setError] = useState<unknown>();

  async function start() {
    setError(undefined);
    try {
      const file = await prepareDownload(`${tenant.slug}-${collection}.jsonl`);
      const { jobId } = await client.tenants.exportDocuments({
        tenant: tenant.id,
        collection,
        file: file.file,
      });
      setRunning({ jobId, file });
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <>
      <Tooltip content={t('tenants.data.export')} relationship="label">
        <Button appearance="subtle" icon={<ArrowDownloadRegular />} onClick={() => void start()} />
      </Tooltip>
      <ErrorNote error={error} />
      {running && (
        <Exporting
          {...running}
          title={t('tenants.data.exporting', { collection })}
          saved={() => <p>{t('tenants.data.exported')}</p>}
          onClose={() => setRunning(undefined)}
        />
      )}
    </>
  );
}
