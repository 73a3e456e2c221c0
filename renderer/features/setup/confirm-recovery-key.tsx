import {
  Button,
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
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
            <DialogTitle
              action={
                <Button
                  appearance="subtle"
                  icon={<DismissRegular />}
                  aria-label={t('common.close')}
                  onClick={() => setOpen(false)}
                />
              }
            >
              {t('setup.firstRun.recovery.dialog')}
            </DialogTitle>
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
