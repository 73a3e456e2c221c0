import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { CommandLine } from '../../../ui/command-line.tsx';

/** A new key, this once; it cannot be closed by mistake. */
export function NewKey({ value, onClose }: { readonly value: string; readonly onClose: () => void }) {
  const [stored, setStored] = useState(false);
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('access.create.doneTitle')}</DialogTitle>
          <DialogContent>
            <p>{t('access.create.doneText')}</p>
            <CommandLine label={t('access.create.key')} command={value} />
            <Checkbox
              label={t('access.create.stored')}
              checked={stored}
              onChange={(_, { checked }) => setStored(checked === true)}
            />
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabled={!stored} onClick={onClose}>
              {t('access.create.done')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
