import { Button, Dialog, DialogBody, DialogContent, DialogSurface } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useAllowed } from '../../app/session.tsx';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { saveDownload, type TransferFile } from '../../rpc/transfers.ts';
import { ClosableTitle } from '../closable-title.tsx';
import type { Person } from '../erase-person/person.ts';
import { JobPanel } from '../job-panel.tsx';
import { number } from '../json-member.ts';
import { Once } from '../once.tsx';
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
      {running && <Exporting {...running} name={person.name} onClose={() => setRunning(undefined)} />}
    </>
  );
}

/** An export from its start until the browser has it. Closing the dialog does not end it. */
function Exporting({
  jobId,
  file,
  name,
  onClose,
}: Running & { readonly name: string; readonly onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <ClosableTitle onClose={onClose}>{t('subject.export.title', { name })}</ClosableTitle>
          <DialogContent>
            <JobPanel
              jobId={jobId}
              onClose={onClose}
              done={({ result }) => (
                <Once run={() => saveDownload(file)}>
                  <p>
                    {t('subject.export.saved', {
                      count: number(result, 'entries'),
                      bytes: formatBytes(number(result, 'bytes')),
                    })}
                  </p>
                  <p>{t('subject.export.handOver')}</p>
                </Once>
              )}
            />
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
