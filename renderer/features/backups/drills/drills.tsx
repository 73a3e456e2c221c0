import { Body1, Button, MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Drill } from '../../../../shared/contract/backups/drills.ts';
import { useAllowed } from '../../../app/session.tsx';
import { formatBytes, formatCount, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { WithDetails } from '../../../ui/details-pane.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ExportList } from '../../../ui/export-list.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { list, number } from '../../../ui/json-member.ts';
import { ownerName } from '../../../ui/owner-name.ts';
import { Panel } from '../../../ui/panel.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { ClearOwner, OwnerFilter } from '../owner-filter.tsx';
import { drillCommand, ownerFilter, type Scope, scopeOf } from '../scope.ts';
import { drillColumns, drillExport } from './columns.tsx';
import { DrillDetails } from './drill-details.tsx';
import { DurationChart } from './duration-chart.tsx';
import { RunDrill } from './run-drill.tsx';

const everyMs = 15_000;

const useStyles = makeStyles({ text: { color: tokens.colorNeutralForeground3, flexShrink: 0 } });

/** Restores that were tried, what they proved and how long they took. */
export function Drills() {
  const styles = useStyles();
  const { client, query } = useApi();
  const tenants = useTenants();
  const [get, set] = useSearch();
  const mayWrite = useAllowed('backups:write');
  const [asking, setAsking] = useState(false);
  const [running, setRunning] = useState<{ readonly jobId: string; readonly scope: Scope }>();
  const whose = get('tenant');
  const filter = ownerFilter(whose);
  const loaded = usePages<Drill>(
    useInfiniteQuery(
      query.backups.listDrills.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: everyMs,
      }),
    ),
  );
  const open = loaded.rows.find(({ id }) => id === get('drill'));
  const nameOf = (tenantId: string | null) => ownerName(tenantId, tenants);
  const run = async (scope: Scope) => {
    const { jobId } = await client.backups.drillBackup({ scope });
    setRunning({ jobId, scope });
  };
  const ask = mayWrite && (
    <Button appearance="primary" disabled={asking} onClick={() => setAsking(true)}>
      {t('drills.run')}
    </Button>
  );
  return (
    <>
      <Body1 className={styles.text}>{t('drills.text')}</Body1>
      {running && (
        <Panel title={t('drills.running')}>
          <JobPanel
            jobId={running.jobId}
            onClose={() => setRunning(undefined)}
            done={({ result }) => (
              <MessageBar intent="success" layout="multiline">
                <MessageBarBody>{doneText(list(result, 'drills'))}</MessageBarBody>
              </MessageBar>
            )}
          />
          <CommandLine command={drillCommand(running.scope)} />
        </Panel>
      )}
      <FilterBar>
        <OwnerFilter installation />
        <ExportList
          name="drills"
          columns={drillExport}
          page={(cursor) => client.backups.listDrills({ ...filter, limit: 1000, cursor })}
        />
        <span style={{ flexGrow: 1 }} />
        {loaded.rows.length > 0 && ask}
      </FilterBar>
      <DurationChart drills={loaded.rows} chosen={open?.id} />
      <WithDetails
        pane={
          open && {
            title: t('drills.details.title'),
            content: (
              <DrillDetails
                key={open.id}
                drill={open}
                name={nameOf(open.tenantId)}
                onRun={mayWrite ? run : undefined}
              />
            ),
            onClose: () => set({ drill: undefined }),
          }
        }
      >
        <DataList
          label={t('drills.label')}
          columns={drillColumns(nameOf)}
          loaded={loaded}
          rowKey={({ id }) => id}
          total={loaded.more ? undefined : loaded.rows.length}
          selected={open?.id}
          onOpen={({ id }) => set({ drill: id })}
          minWidth={760}
          empty={
            whose === undefined ? (
              <EmptyState
                title={t('drills.emptyTitle')}
                text={t('drills.emptyText')}
                action={ask || undefined}
              />
            ) : (
              <EmptyState title={t('drills.noneOfThis')} action={<ClearOwner />} />
            )
          }
        />
      </WithDetails>
      {asking && (
        <RunDrill chosen={whose} onRun={(choice) => run(scopeOf(choice))} onClose={() => setAsking(false)} />
      )}
    </>
  );
}

function doneText(drills: readonly unknown[]): string {
  const sum = (name: string) => drills.reduce<number>((total, drill) => total + number(drill, name), 0);
  return t('drills.done', {
    count: drills.length,
    rows: formatCount(sum('rows')),
    files: formatCount(sum('files')),
    bytes: formatBytes(sum('bytes')),
    time: formatDuration(sum('durationMs')),
  });
}
