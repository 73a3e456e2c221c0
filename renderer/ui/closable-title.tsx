import { Button, DialogTitle } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { t } from '../i18n/translate.ts';

interface ClosableTitleProps {
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** The title of a dialog that can be left at any time. */
export function ClosableTitle({ children, onClose }: ClosableTitleProps) {
  return (
    <DialogTitle
      action={
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t('common.close')}
          onClick={onClose}
        />
      }
    >
      {children}
    </DialogTitle>
  );
}
