import { Button } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import { Centred } from '../../ui/centred.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

interface NoEntranceProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** A browser without the host's cookie: how to get another link. */
export function NoEntrance({ error, onRetry }: NoEntranceProps) {
  return (
    <Centred title={t('setup.noEntrance.title')}>
      <ErrorNote error={error} />
      <p>{t('setup.noEntrance.text')}</p>
      <CommandLine label={t('setup.noEntrance.command')} command="holdfast serve --link" />
      <Button onClick={onRetry}>{t('common.tryAgain')}</Button>
    </Centred>
  );
}
