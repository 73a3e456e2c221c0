import { Body1, Button, makeStyles } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, member } from '../../../ui/json-member.ts';
import { ownerName } from '../../../ui/owner-name.ts';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { installationChoice } from '../../../ui/tenant-choice.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { ownerOf } from '../owner.ts';
import { OwnerFilter } from '../owner-filter.tsx';
import { plainTable } from '../plain-table.ts';
import { ownerFilter } from '../scope.ts';
import { type Check, checksOf, fileKinds } from './checks.ts';
import { HealNow } from './heal-now.tsx';
import { Healings } from './healings.tsx';

const everyMs = 15_000;

const useStyles = makeStyles({
  table: {
    ...plainTable,
    '& td': { overflowWrap: 'anywhere', minWidth: '72px' },
    '& ul': { margin: 0, paddingInlineStart: '18px' },
  },
  ways: { display: 'flex', flexWrap: 'wrap', gap: '6px' },
});

/** What verifications found damaged, what was healed, and what can be done. */
export function Repair() {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const tenants = useTenants();
  const [get] = useSearch();
  const mayWrite = useAllowed('backups:write');
  const [jobId, setJobId] = useState<string>();
  const [healing, setHealing] = useState<string | null>();
  const [error, setError] = useState<unknown>();
  const whose = get('tenant');
  const jobs = useQuery(
    query.jobs.listJobs.queryOptions({
      input: { limit: 1000, kind: 'backup.verify', state: 'succeeded' },
      refetchInterval: everyMs,
    }),
  );
  const targets = useQuery(query.backups.listTargets.queryOptions({ input: {} }));
  const wanted = whose === installationChoice ? null : whose;
  const checks = checksOf(jobs.data?.items ?? []).filter(
    ({ tenantId }) => whose === undefined || tenantId === wanted,
  );
  const renew = () => queries.invalidateQueries();

  async function check(of: { tenant?: string; installation?: true }, target: string | null) {
    setError(undefined);
    try {
      const targetId = targets.data?.items.find(({ name, id }) => id !== null && name === target)?.id;
      const where = targetId == null ? {} : { targetId };
      const started = await client.backups.verifyBackupIntegrity({ ...of, ...where, level: 2 });
      setJobId(started.jobId);
    } catch (refused) {
      setError(refused);
    }
  }
  const checkAll = mayWrite && (
    <Button appearance="primary" onClick={() => void check(ownerFilter(whose), null)}>
      {t('repair.checkNow')}
    </Button>
  );

  return (
    <>
      <FilterBar>
        <OwnerFilter installation />
      </FilterBar>
      <Panel title={t('repair.title')} actions={checks.length > 0 && checkAll}>
        <Body1>{t('repair.text')}</Body1>
        <ErrorNote error={jobs.error} onRetry={() => void jobs.refetch()} />
        <ErrorNote error={error} />
        {jobId !== undefined && (
          <JobPanel
            jobId={jobId}
            onClose={() => {
              setJobId(undefined);
              void renew();
            }}
            done={({ result }) =>
              member(result, 'ok') === true
                ? t('repair.sound', { count: list(result, 'snapshots').length })
                : t('repair.damaged', { count: list(result, 'problems').length })
            }
          />
        )}
        {checks.length === 0 ? (
          <EmptyState
            title={t('repair.emptyTitle')}
            text={t('repair.emptyText')}
            action={checkAll || undefined}
          />
        ) : (
          <table className={styles.table} aria-label={t('repair.label')}>
            <thead>
              <tr>
                <th>{t('repair.columns.of')}</th>
                <th>{t('repair.columns.target')}</th>
                <th>{t('repair.columns.checked')}</th>
                <th>{t('repair.columns.found')}</th>
                <th>{t('repair.columns.ways')}</th>
              </tr>
            </thead>
            <tbody>
              {checks.map((each) => (
                <tr key={each.key}>
                  <td>{ownerName(each.tenantId, tenants)}</td>
                  <td>{each.target ?? t('targets.first')}</td>
                  <td>
                    <Time value={each.time} as="ago" /> ({t('backups.history.level', { level: each.level })})
                  </td>
                  <td>
                    <Found check={each} />
                  </td>
                  <td>
                    {mayWrite && (
                      <div className={styles.ways}>
                        <Button size="small" onClick={() => void check(ownerOf(each.tenantId), each.target)}>
                          {t(each.target === null ? 'repair.checkOne' : 'repair.checkAndHeal')}
                        </Button>
                        {each.target === null && (
                          <Button size="small" onClick={() => setHealing(each.tenantId)}>
                            {t('repair.healNow')}
                          </Button>
                        )}
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <Healings whose={whose} />
      {healing !== undefined && (
        <HealNow
          tenantId={healing}
          onClose={() => {
            setHealing(undefined);
            void renew();
          }}
        />
      )}
    </>
  );
}

const mostShown = 5;

/** What was found, by kind of file, with the first reasons of each. */
function Found({ check: { problems } }: { readonly check: Check }) {
  if (problems.length === 0) return <StateBadge tone="good" text={t('repair.isSound')} />;
  return (
    <>
      <StateBadge tone="bad" text={t('repair.damaged', { count: problems.length })} />
      <ul>
        {fileKinds.flatMap((kind) => {
          const some = problems.filter((problem) => problem.kind === kind);
          if (some.length === 0) return [];
          return [
            <li key={kind}>
              <strong>{t(`repair.kinds.${kind}`, { count: some.length })}</strong>
              <ul>
                {some.slice(0, mostShown).map(({ snapshotId, reason }) => (
                  <li key={`${snapshotId ?? ''} ${reason}`}>
                    {snapshotId !== null && <code>{snapshotId.slice(0, 8)}</code>} {reason}
                  </li>
                ))}
                {some.length > mostShown && <li>{t('repair.more', { count: some.length - mostShown })}</li>}
              </ul>
            </li>,
          ];
        })}
      </ul>
    </>
  );
}
