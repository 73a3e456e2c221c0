import { Button, Caption1, makeStyles } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Snapshot } from '../../../../shared/contract/backups.ts';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { TimeField } from '../../../ui/time-field.tsx';
import type { RestoreDraft } from './draft.ts';

const useStyles = makeStyles({
  list: { height: '260px', display: 'flex', flexDirection: 'column' },
  at: { display: 'flex', gap: '8px', alignItems: 'flex-end', flexWrap: 'wrap' },
});

interface WhenStepProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly tried: boolean;
}

/** Step 2: one snapshot, chosen from the list or by a point in time. */
export function WhenStep({ draft, onChange, tried }: WhenStepProps) {
  const styles = useStyles();
  const { query } = useApi();
  const [at, setAt] = useState<string>();
  const [notFound, setNotFound] = useState(false);
  const own = draft.source === 'installation';
  const loaded = usePages<Snapshot>(
    useInfiniteQuery(
      query.backups.getBackupHistory.infiniteOptions({
        input: (cursor: string | undefined) => ({
          ...(own ? { installation: true as const } : { tenant: draft.source }),
          limit: 1000,
          cursor,
        }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );

  /** The list is newest first. */
  function takeTime() {
    const found =
      at === undefined ? undefined : loaded.rows.find(({ time }) => Date.parse(time) <= Date.parse(at));
    setNotFound(found === undefined);
    if (found !== undefined) onChange({ snapshot: found.id });
  }

  return (
    <>
      <p>{t('restore.when.text')}</p>
      <div className={styles.list}>
        <DataList
          label={t('restore.when.label')}
          loaded={loaded}
          rowKey={({ id }) => id}
          selected={draft.snapshot}
          onOpen={({ id }) => {
            setNotFound(false);
            onChange({ snapshot: id });
          }}
          minWidth={520}
          columns={[
            {
              key: 'time',
              header: t('backups.history.columns.time'),
              width: '170px',
              render: ({ time }) => <Time value={time} />,
            },
            {
              key: 'kind',
              header: t('backups.history.columns.kind'),
              width: 'minmax(100px, 1fr)',
              render: ({ kind, safety }) =>
                safety ? t('backups.history.safety') : t(`words.snapshotKind.${kind}`),
            },
            {
              key: 'added',
              header: t('backups.history.columns.added'),
              width: '90px',
              align: 'end',
              render: ({ bytesAdded }) => formatBytes(bytesAdded),
            },
            {
              key: 'verified',
              header: t('backups.history.columns.verified'),
              width: '130px',
              render: ({ verified }) =>
                verified === null ? (
                  t('common.notYet')
                ) : (
                  <StateBadge tone="good" text={t('backups.history.level', { level: verified.level })} />
                ),
            },
          ]}
          empty={<EmptyState title={t('restore.when.empty')} />}
        />
      </div>
      <div className={styles.at}>
        <TimeField label={t('restore.when.at')} value={at} onChange={setAt} />
        <Button onClick={takeTime} disabled={at === undefined}>
          {t('restore.when.use')}
        </Button>
      </div>
      <div role="status">
        {notFound && <Caption1>{t('restore.when.none')}</Caption1>}
        {draft.snapshot !== undefined && (
          <Caption1>
            {t('restore.when.snapshot')}: <code>{draft.snapshot.slice(0, 12)}</code>
          </Caption1>
        )}
        {tried && draft.snapshot === undefined && <Caption1>{t('restore.when.missing')}</Caption1>}
      </div>
    </>
  );
}
