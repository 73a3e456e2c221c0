import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
} from '@fluentui/react-components';
import type { FormEvent, ReactNode } from 'react';
import { t } from '../i18n/translate.ts';
import { ErrorNote } from './error-note.tsx';
import { useAttempt } from './use-attempt.ts';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
});

interface FormDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Verb and object. */
  readonly submit: string;
  readonly disabled?: boolean;
  /** What it throws is shown in the dialog, which stays open. */
  readonly onSubmit: () => Promise<unknown>;
  readonly onClose: () => void;
  /** Ends what `onSubmit` is at, which then throws; without it one has to wait. */
  readonly onStop?: () => void;
  /** Problems that the fields show themselves. */
  readonly onError?: (error: unknown) => void;
}

/** Asks for a few things and does one with them. */
export function FormDialog({
  title,
  children,
  submit,
  disabled,
  onSubmit,
  onClose,
  onStop,
  onError,
}: FormDialogProps) {
  const styles = useStyles();
  const { busy, error, attempt } = useAttempt();

  async function send(event: FormEvent) {
    event.preventDefault();
    await attempt(onSubmit, onError);
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => open || busy || onClose()}>
      <DialogSurface>
        <form onSubmit={send} noValidate>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              {children}
              <ErrorNote error={error} />
            </DialogContent>
            <DialogActions fluid>
              {/* a button that is disabled loses the focus, and Escape would go nowhere after a refusal */}
              <Button onClick={busy ? onStop : onClose} disabledFocusable={busy && onStop === undefined}>
                {t('common.cancel')}
              </Button>
              <Button
                type="submit"
                appearance="primary"
                disabled={disabled ?? false}
                disabledFocusable={busy}
              >
                {submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
