import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { type FormEvent, type ReactNode, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { ErrorNote } from './error-note.tsx';
import { useAttempt } from './use-attempt.ts';

interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, to what and how many, and the way back or that there is none. */
  readonly children: ReactNode;
  /** Verb and object, such as "Delete the sample". */
  readonly confirm: string;
  /** Has to be typed first, for what cannot be taken back. */
  readonly typed?: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something dangerous; the safe way out comes first and has the focus. Errors stay inside it. */
export function ConfirmDialog({ title, children, confirm, typed, onConfirm, onClose }: ConfirmDialogProps) {
  const [text, setText] = useState('');
  const { busy, error, attempt } = useAttempt();

  async function submit(event: FormEvent) {
    event.preventDefault();
    await attempt(async () => {
      await onConfirm();
      onClose();
    });
  }

  return (
    <Dialog modalType="alert" open onOpenChange={(_, { open }) => open || busy || onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent>
              {children}
              {typed !== undefined && (
                <Field label={t('common.typeToConfirm', { word: typed })}>
                  <Input value={text} onChange={(_, data) => setText(data.value)} autoComplete="off" />
                </Field>
              )}
              <ErrorNote error={error} />
            </DialogContent>
            <DialogActions fluid>
              {/* a button that is disabled loses the focus, and Escape would go nowhere after a refusal */}
              <Button onClick={onClose} disabledFocusable={busy} autoFocus>
                {t('common.cancel')}
              </Button>
              <Button
                type="submit"
                appearance="primary"
                disabled={typed !== undefined && text !== typed}
                disabledFocusable={busy}
              >
                {confirm}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
