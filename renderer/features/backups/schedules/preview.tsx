import { Body1, Caption1, makeStyles, Subtitle2 } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ScheduleSetting } from '../../../../shared/contract/backups/schedules.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { useSettled } from '../../../ui/use-settled.ts';
import type { Owner } from '../owner.ts';
import { WeekStrip } from './week-strip.tsx';
import { runNotes } from './words.ts';

const useStyles = makeStyles({
  preview: { display: 'flex', flexDirection: 'column', gap: '8px' },
  title: { margin: 0 },
  runs: { margin: 0, paddingInlineStart: '20px', columns: '200px 2' },
});

interface PreviewProps {
  readonly owner: Owner;
  /** Undefined while the fields say none. */
  readonly setting: ScheduleSetting | undefined;
}

/** The next runs of a setting, before it is saved. */
export function Preview({ owner, setting }: PreviewProps) {
  const styles = useStyles();
  const { query } = useApi();
  const text = JSON.stringify(setting ?? null);
  const settled = useSettled(text) === text;
  const { data, error } = useQuery(
    query.backups.previewSchedule.queryOptions({
      input: { ...owner, ...(setting === undefined ? {} : { setting }), runs: 10 },
      enabled: setting !== undefined && settled,
      retry: false,
    }),
  );
  if (setting === undefined) return null;
  return (
    <section className={styles.preview} aria-live="polite">
      <Subtitle2 as="h3" className={styles.title}>
        {t('schedules.preview.title')}
      </Subtitle2>
      <ErrorNote error={error} />
      {!error && data === undefined && <Body1>{t('schedules.preview.asks')}</Body1>}
      {!error && data && (
        <>
          <WeekStrip runs={data.runs} windows={setting.blackouts} timeZone={data.timeZone} />
          {data.runs.length === 0 && <Body1>{t('schedules.preview.none')}</Body1>}
          <ol className={styles.runs}>
            {data.runs.map((run) => (
              <li key={run.time}>
                <time dateTime={run.time}>{run.shows.replace('T', ' ')}</time>
                {runNotes(run).map((note) => (
                  <div key={note}>
                    <Caption1>{note}</Caption1>
                  </div>
                ))}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
