import { Button, Dialog, DialogBody, DialogContent, DialogSurface } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ClosableTitle } from '../../ui/closable-title.tsx';
import { RecoveryKeySteps } from './recovery-key-steps.tsx';

interface ConfirmRecoveryKeyProps {
  readonly label: string;
  readonly installationId: string;
}

/** A button that opens the typing back of the recovery key, for whoever left the first run before it. */
export function ConfirmRecoveryKey({ label, installationId }: ConfirmRecoveryKeyProps) {
  const { query } = useApi();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onOpenChange={(_, data) => setOpen(data.open)} modalType="alert">
        <DialogSurface>
          <DialogBody>
            <ClosableTitle onClose={() => setOpen(false)}>
              {t('setup.firstRun.recovery.dialog')}
            </ClosableTitle>
            <DialogContent>
              {open && (
                <RecoveryKeySteps
                  installationId={installationId}
                  onConfirmed={() => {
                    setOpen(false);
                    void queries.invalidateQueries({ queryKey: query.suite.key() });
                  }}
                />
              )}
            </DialogContent>
          </DialogBody>
        </DialogSurface>
      </Dialog>
    </>
  );
}
