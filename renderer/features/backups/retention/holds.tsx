import { Body1, Button, makeStyles } from '@fluentui/react-components';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Hold } from '../../../../shared/contract/backups/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { Panel } from '../../../ui/panel.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { type Subject, subjectOption } from './subject.ts';

const useStyles = makeStyles({ list: { display: 'flex', flexDirection: 'column', height: '220px' } });

/** Legal holds on an owner's backups, those that were lifted too. */
export function Holds({ owner }: { readonly owner: Subject }) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayPlace = useAllowed('backups:write');
  const mayLift = useAllowed('backups:restore');
  const [placing, setPlacing] = useState(false);
  const [lifting, setLifting] = useState<string>();
  const loaded = usePages<Hold>(
    useInfiniteQuery(
      query.backups.listHolds.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...owner, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );
  const renew = () => queries.invalidateQueries({ queryKey: query.backups.key() });
  return (
    <Panel
      title={t('retention.holds.title')}
      actions={mayPlace && <Button onClick={() => setPlacing(true)}>{t('retention.holds.place')}</Button>}
    >
      <Body1>{t('retention.holds.text')}</Body1>
      {loaded.rows.length === 0 && !loaded.pending ? (
        <Body1>{t('retention.holds.emptyTitle')}</Body1>
      ) : (
        <div className={styles.list}>
          <DataList
            label={t('retention.holds.label')}
            loaded={loaded}
            rowKey={({ id }) => id}
            total={loaded.more ? undefined : loaded.rows.length}
            minWidth={700}
            columns={[
              {
                key: 'on',
                header: t('retention.holds.columns.on'),
                width: '130px',
                render: ({ snapshotId, folderId }) =>
                  snapshotId === null ? (
                    t(folderId === null ? 'retention.holds.all' : 'retention.ofFolder')
                  ) : (
                    <code>{snapshotId.slice(0, 12)}</code>
                  ),
              },
              {
                key: 'reason',
                header: t('retention.holds.columns.reason'),
                width: 'minmax(140px, 2fr)',
                render: ({ reason }) => <span title={reason}>{reason}</span>,
              },
              {
                key: 'placed',
                header: t('retention.holds.columns.placed'),
                width: '120px',
                render: ({ placedAt }) => <Time value={placedAt} as="ago" />,
              },
              {
                key: 'by',
                header: t('retention.holds.columns.by'),
                width: 'minmax(90px, 1fr)',
                render: ({ placedBy }) => placedBy ?? t('common.none'),
              },
              {
                key: 'state',
                header: t('retention.holds.columns.state'),
                width: '180px',
                render: ({ id, lifted }) => (
                  <>
                    <StateBadge
                      tone={lifted === null ? 'info' : 'neutral'}
                      text={lifted === null ? t('retention.holds.active') : t('retention.holds.lifted')}
                    />{' '}
                    {lifted === null && mayLift && (
                      <Button size="small" onClick={() => setLifting(id)}>
                        {t('retention.holds.lift')}
                      </Button>
                    )}
                  </>
                ),
              },
            ]}
            empty={null}
          />
        </div>
      )}
      {placing && (
        <ReasonDialog
          title={t('retention.holds.placeTitle')}
          submit={t('retention.holds.placeSubmit')}
          command={`holdfast backup hold place ${subjectOption(owner)}`}
          onSubmit={(reason) => client.backups.placeHold({ ...owner, reason }).then(renew)}
          onClose={() => setPlacing(false)}
        >
          <p>{t('retention.holds.placeText')}</p>
        </ReasonDialog>
      )}
      {lifting !== undefined && (
        <ReasonDialog
          title={t('retention.holds.liftTitle')}
          submit={t('retention.holds.liftSubmit')}
          command={`holdfast backup hold lift ${lifting}`}
          onSubmit={(reason) => client.backups.liftHold({ holdId: lifting, reason }).then(renew)}
          onClose={() => setLifting(undefined)}
        >
          <p>{t('retention.holds.liftText')}</p>
        </ReasonDialog>
      )}
    </Panel>
  );
}
