import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components';
import { failureText } from '../i18n/failure-text.ts';
import { t } from '../i18n/translate.ts';

interface ErrorNoteProps {
  /** What was thrown; nothing is shown for undefined and null. */
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong and what to do next, where it went wrong; told to screen readers at once. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  if (error === undefined || error === null) return null;
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{failureText(error)}</MessageBarBody>
      {onRetry && (
        <MessageBarActions>
          <Button onClick={onRetry}>{t('common.tryAgain')}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
