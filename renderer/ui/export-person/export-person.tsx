import { Button } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useAllowed } from '../../app/session.tsx';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import type { TransferFile } from '../../rpc/transfers.ts';
import type { Person } from '../erase-person/person.ts';
import { Exporting } from '../exporting.tsx';
import { number } from '../json-member.ts';
import { ExportPersonDialog } from './export-person-dialog.tsx';

interface Running {
  readonly jobId: string;
  readonly file: TransferFile;
}

/** Hands out what is kept about one person, after a look at what there is; shows nothing to who may not. */
export function ExportPerson({ person }: { readonly person: Person }) {
  const mayExport = useAllowed('tenants:write');
  const [asking, setAsking] = useState(false);
  const [running, setRunning] = useState<Running>();
  if (!mayExport) return null;
  return (
    <>
      <div>
        <Button icon={<ArrowDownloadRegular />} onClick={() => setAsking(true)}>
          {t('subject.export.action')}
        </Button>
      </div>
      {asking && (
        <ExportPersonDialog person={person} onStarted={setRunning} onClose={() => setAsking(false)} />
      )}
      {running && (
        <Exporting
          {...running}
          title={t('subject.export.title', { name: person.name })}
          saved={(result) => (
            <>
              <p>
                {t('subject.export.saved', {
                  count: number(result, 'entries'),
                  bytes: formatBytes(number(result, 'bytes')),
                })}
              </p>
              <p>{t('subject.export.handOver')}</p>
            </>
          )}
          onClose={() => setRunning(undefined)}
        />
      )}
    </>
  );
}
