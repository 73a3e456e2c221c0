import { makeStyles, Spinner } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import { ErrorNote } from '../../ui/error-note.tsx';

const useStyles = makeStyles({
  page: { height: '100%', display: 'grid', placeItems: 'center', padding: '16px' },
});

interface StartingProps {
  readonly error?: unknown;
  readonly onRetry?: () => void;
}

/** Shown until the core has said how things stand. */
export function Starting({ error, onRetry }: StartingProps) {
  const styles = useStyles();
  return (
    <main className={styles.page}>
      {error ? <ErrorNote error={error} onRetry={onRetry} /> : <Spinner label={t('common.loading')} />}
    </main>
  );
}
