import { Button, makeStyles } from '@fluentui/react-components';
import { usePreferences } from '../../app/preferences.tsx';
import { formatTime } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

const useStyles = makeStyles({
  on: { display: 'flex', alignItems: 'center', gap: '12px', padding: '8px 0', flexShrink: 0 },
});

interface NoEntriesProps {
  /** What was looked for, in words. */
  readonly searched: string | undefined;
  readonly onClear: () => void;
}

/** In place of a list without entries: what was looked for. */
export function NoEntries({ searched, onClear }: NoEntriesProps) {
  if (searched === undefined) return <EmptyState title={t('audit.none')} text={t('audit.emptyText')} />;
  return (
    <EmptyState
      title={t('audit.emptyTitle')}
      text={t('audit.searched.all', { searched })}
      action={<Button onClick={onClear}>{t('common.clear')}</Button>}
    />
  );
}

interface SearchOnProps {
  /** Up to when was looked, RFC 3339. */
  readonly reached: string;
  readonly busy: boolean;
  readonly onGo: () => void;
}

/** Words that hardly ever come together are looked for a while; the reader says whether to go on. */
export function SearchOn({ reached, busy, onGo }: SearchOnProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  return (
    <div className={styles.on} role="status">
      <span>{t('audit.searched.until', { time: formatTime(reached, zone) })}</span>
      <Button onClick={onGo} disabledFocusable={busy}>
        {t('audit.searched.on')}
      </Button>
    </div>
  );
}
