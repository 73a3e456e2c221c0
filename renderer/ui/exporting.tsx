import { Dialog, DialogBody, DialogContent, DialogSurface } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { saveDownload, type TransferFile } from '../rpc/transfers.ts';
import { ClosableTitle } from './closable-title.tsx';
import { JobPanel } from './job-panel.tsx';
import { Once } from './once.tsx';

interface ExportingProps {
  readonly title: string;
  readonly jobId: string;
  readonly file: TransferFile;
  /** What is said of the job's result once the browser has the file. */
  readonly saved: (result: unknown) => ReactNode;
  readonly onClose: () => void;
}

/** An export from its start until the browser has it. Closing the dialog does not end it. */
export function Exporting({ title, jobId, file, saved, onClose }: ExportingProps) {
  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface>
        <DialogBody>
          <ClosableTitle onClose={onClose}>{title}</ClosableTitle>
          <DialogContent>
            <JobPanel
              jobId={jobId}
              onClose={onClose}
              done={({ result }) => <Once run={() => saveDownload(file)}>{saved(result)}</Once>}
            />
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
