import { Body1, Button, makeStyles } from '@fluentui/react-components';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RemovalMark } from '../../../../shared/contract/backups/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, member, number } from '../../../ui/json-member.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import type { Subject } from './subject.ts';

const useStyles = makeStyles({ list: { display: 'flex', flexDirection: 'column', height: '220px' } });

function markedOf(tenantId: string | null, folderId: string | null): string {
  if (folderId !== null) return t('retention.ofFolder');
  return tenantId === null ? t('common.installation') : t('retention.ownData');
}

/** Snapshots that wait for their removal, the way back, and the run that removes them. */
export function Marks({ owner }: { readonly owner: Subject }) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayWrite = useAllowed('backups:write');
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const loaded = usePages<RemovalMark>(
    useInfiniteQuery(
      query.backups.listRemovalMarks.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...owner, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
      }),
    ),
  );

  async function doing(work: () => Promise<unknown>) {
    setError(undefined);
    try {
      await work();
      await queries.invalidateQueries({ queryKey: query.backups.key() });
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <Panel
      title={t('retention.marks.title')}
      actions={
        mayWrite && (
          <Button
            onClick={() =>
              void doing(async () => setJobId((await client.backups.applyRetention(owner)).jobId))
            }
          >
            {t('retention.marks.run')}
          </Button>
        )
      }
    >
      <Body1>{t('retention.marks.text')}</Body1>
      <ErrorNote error={error} />
      {jobId !== undefined && (
        <JobPanel
          jobId={jobId}
          onClose={() => setJobId(undefined)}
          done={({ result }) =>
            member(result, 'waiting') === true
              ? t('retention.marks.waiting')
              : t('retention.marks.done', {
                  marked: list(result, 'marked').length,
                  removed: list(result, 'removed').length,
                  bytes: formatBytes(number(member(result, 'pruned'), 'bytesFreed')),
                })
          }
        />
      )}
      {loaded.rows.length === 0 && !loaded.pending ? (
        <Body1>{t('retention.marks.emptyTitle')}</Body1>
      ) : (
        <div className={styles.list}>
          <DataList
            label={t('retention.marks.label')}
            loaded={loaded}
            rowKey={({ snapshotId }) => snapshotId}
            total={loaded.more ? undefined : loaded.rows.length}
            minWidth={800}
            columns={[
              {
                key: 'time',
                header: t('retention.marks.columns.time'),
                width: '170px',
                render: ({ snapshotTime }) => <Time value={snapshotTime} />,
              },
              {
                key: 'of',
                header: t('retention.marks.columns.of'),
                width: '110px',
                render: ({ tenantId, folderId }) => markedOf(tenantId, folderId),
              },
              {
                key: 'marked',
                header: t('retention.marks.columns.marked'),
                width: 'minmax(110px, 1fr)',
                render: ({ markedAt }) => <Time value={markedAt} as="ago" />,
              },
              {
                key: 'from',
                header: t('retention.marks.columns.from'),
                width: '170px',
                render: ({ removableAt, removing }) =>
                  removing ? t('retention.marks.removing') : <Time value={removableAt} />,
              },
              {
                key: 'backups',
                header: t('retention.marks.columns.backups'),
                width: '130px',
                align: 'end',
                render: ({ backupsMissing }) => String(backupsMissing),
              },
              {
                key: 'way',
                header: t('retention.marks.columns.way'),
                width: '110px',
                render: ({ snapshotId, removing }) =>
                  mayWrite &&
                  !removing && (
                    <Button
                      size="small"
                      onClick={() => void doing(() => client.backups.unmarkSnapshot({ snapshotId }))}
                    >
                      {t('retention.marks.unmark')}
                    </Button>
                  ),
              },
            ]}
            empty={null}
          />
        </div>
      )}
    </Panel>
  );
}
