import { Button, makeStyles } from '@fluentui/react-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Snapshot } from '../../../../shared/contract/backups.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatMoment } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Time } from '../../../ui/time.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import { chosenOwner } from '../owner.ts';
import { choiceColumns } from '../snapshot-columns.tsx';
import { TimelineView } from '../timeline/timeline-view.tsx';
import { CopyChoice } from './copy-choice.tsx';
import { newestNotLaterThan } from './find-snapshot.ts';
import type { RestoreDraft } from './restore-draft.ts';
import { SnapshotById } from './snapshot-by-id.tsx';

const useStyles = makeStyles({
  list: { height: '240px', display: 'flex', flexDirection: 'column' },
  at: { display: 'flex', gap: '8px', alignItems: 'flex-end', flexWrap: 'wrap' },
});

interface WhenStepProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly tried: boolean;
}

/** Step 2: one snapshot of the list, or a point in time: what was committed between two snapshots is recorded as well. */
export function WhenStep({ draft, onChange, tried }: WhenStepProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const { zone } = usePreferences().preferences;
  const [at, setAt] = useState(draft.at);
  const [told, setTold] = useState<string>();
  const [error, setError] = useState<unknown>();
  const of = draft.source === 'installation' ? { installation: true as const } : { tenant: draft.source };
  const owner = chosenOwner(draft.source);
  const loaded = usePages<Snapshot>(
    useInfiniteQuery(
      query.backups.getBackupHistory.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...of, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const chosen = useQuery(
    query.backups.getSnapshot.queryOptions({
      input: { snapshotId: draft.snapshot ?? '' },
      enabled: draft.snapshot !== undefined,
    }),
  );

  async function takeTime() {
    if (at === undefined) return;
    setError(undefined);
    try {
      const found = await newestNotLaterThan(at, (cursor) =>
        client.backups.getBackupHistory({ ...of, limit: 1000, cursor }),
      );
      setTold(found === undefined ? t('restore.when.none') : undefined);
      if (found === undefined) return;
      const own = draft.source === 'installation';
      onChange(own ? { snapshot: found.id, at: undefined } : { snapshot: undefined, at });
    } catch (failed) {
      setError(failed);
    }
  }

  return (
    <>
      <p>{t('restore.when.text')}</p>
      {loaded.rows.length > 0 && owner !== undefined && (
        <TimelineView owner={owner} at={at} onChoose={setAt} />
      )}
      <div className={styles.list}>
        <DataList
          label={t('restore.when.label')}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={draft.snapshot}
          onOpen={({ id }) => {
            setTold(undefined);
            onChange({ snapshot: id, at: undefined });
          }}
          minWidth={520}
          columns={choiceColumns}
          empty={
            <EmptyState
              title={t('restore.when.empty')}
              action={<LinkButton href="/backups">{t('restore.when.toBackups')}</LinkButton>}
            />
          }
        />
      </div>
      {loaded.rows.length > 0 && (
        <div className={styles.at}>
          <TimeField
            label={t('restore.when.at')}
            value={at}
            onChange={setAt}
            onEnter={() => void takeTime()}
          />
          <Button onClick={() => void takeTime()} disabled={at === undefined}>
            {t('restore.when.use')}
          </Button>
        </div>
      )}
      {loaded.rows.length > 0 && (
        <SnapshotById
          tenant={draft.source === 'installation' ? undefined : draft.source}
          onFound={(id) => {
            setTold(undefined);
            onChange({ snapshot: id, at: undefined });
          }}
        />
      )}
      {loaded.rows.length > 0 && <CopyChoice value={draft.from} onChange={(from) => onChange({ from })} />}
      <ErrorNote error={error ?? chosen.error} />
      <div role="status">
        {told}
        {told === undefined && draft.at !== undefined && (
          <>
            {t('restore.when.point')}: {formatMoment(draft.at, zone)}
          </>
        )}
        {told === undefined && chosen.data && (
          <>
            {t('restore.when.snapshot')}: <Time value={chosen.data.time} /> (
            <code>{chosen.data.id.slice(0, 12)}</code>)
            {chosen.data.safety && <> · {t('restore.when.safety')}</>}
          </>
        )}
        {tried && draft.snapshot === undefined && draft.at === undefined && (
          <strong>{t('restore.when.missing')}</strong>
        )}
      </div>
    </>
  );
}
