import { Dialog, DialogBody, DialogContent, DialogSurface } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { saveDownload, type TransferFile } from '../../../rpc/transfers.ts';
import { ClosableTitle } from '../../../ui/closable-title.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Once } from '../../../ui/once.tsx';
import { HandOver } from './hand-over.tsx';

interface ExportingProps {
  readonly jobId: string;
  readonly file: TransferFile;
  readonly onClose: () => void;
}

/** An export from its start until the browser has it. Closing the dialog does not end it. */
export function Exporting({ jobId, file, onClose }: ExportingProps) {
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <ClosableTitle onClose={onClose}>{t('audit.export.title')}</ClosableTitle>
          <DialogContent>
            <JobPanel
              jobId={jobId}
              onClose={onClose}
              done={({ result }) => (
                <Once run={() => saveDownload(file)}>
                  <HandOver result={result} />
                </Once>
              )}
            />
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
