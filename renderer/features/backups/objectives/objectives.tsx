import { Body1, makeStyles, tokens } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { OwnerProtection } from '../../../../shared/contract/backups/drills.ts';
import { formatAgo, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { FilterBar } from '../../../ui/data-list/filter-bar.tsx';
import { firstPage, nextPage, usePages } from '../../../ui/data-list/use-pages.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ExportList } from '../../../ui/export-list.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { forecastInputs } from '../../../ui/protection/forecast-inputs.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Time, useNow } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { useSearch } from '../../../ui/use-search.ts';
import { OwnerFilter } from '../owner-filter.tsx';
import { ownerFilter } from '../scope.ts';

const everyMs = 15_000;

const useStyles = makeStyles({ text: { color: tokens.colorNeutralForeground3, flexShrink: 0 } });

/** RPO and RTO of each tenant and of the installation, with what they come from. */
export function Objectives() {
  const styles = useStyles();
  const { client, query } = useApi();
  const tenants = useTenants();
  const now = useNow();
  const [get] = useSearch();
  const filter = ownerFilter(get('tenant'));
  const loaded = usePages<OwnerProtection>(
    useInfiniteQuery(
      query.backups.listProtection.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, limit: 200, cursor }),
        initialPageParam: firstPage,
        getNextPageParam: nextPage,
        refetchInterval: everyMs,
      }),
    ),
  );
  return (
    <>
      <Body1 className={styles.text}>{t('drills.objectives.text')}</Body1>
      <FilterBar>
        <OwnerFilter installation />
        <ExportList
          name="protection"
          columns={[
            ['tenantId', ({ tenantId }: OwnerProtection) => tenantId],
            ['mistakeUpTo', ({ mistake }) => mistake.upTo],
            ['everyCommit', ({ mistake }) => mistake.continuous],
            ['lostDiskUpTo', ({ lostDisk }) => lostDisk.upTo],
            ['provenAt', ({ lastProof }) => lastProof?.time ?? null],
            ['provenBy', ({ lastProof }) => lastProof?.by ?? null],
            ['forecastMs', ({ forecast }) => forecast?.durationMs ?? null],
            ['bytes', ({ forecast }) => forecast?.bytes ?? null],
            ['bytesPerSecond', ({ forecast }) => forecast?.bytesPerSecond ?? null],
            ['drillsMeasured', ({ forecast }) => forecast?.drills ?? null],
            ['nextDrill', ({ drills }) => drills.nextRun],
            ['overdue', ({ drills }) => drills.overdue],
          ]}
          page={(cursor) => client.backups.listProtection({ ...filter, limit: 1000, cursor })}
        />
      </FilterBar>
      <DataList
        label={t('drills.objectives.label')}
        loaded={loaded}
        rowKey={({ tenantId }) => tenantId ?? 'installation'}
        total={loaded.more ? undefined : loaded.rows.length}
        minWidth={960}
        columns={[
          {
            key: 'of',
            header: t('drills.objectives.columns.of'),
            width: 'minmax(110px, 2fr)',
            render: ({ tenantId }) => ownerName(tenantId, tenants),
          },
          {
            key: 'mistake',
            header: t('drills.objectives.columns.mistake'),
            width: 'minmax(184px, 1fr)',
            render: ({ mistake: { upTo, continuous } }) =>
              upTo === null ? (
                <StateBadge tone="bad" text={t('drills.objectives.nothing')} />
              ) : continuous ? (
                t('drills.objectives.everyCommit', { ago: formatAgo(upTo, now) })
              ) : (
                <Time value={upTo} as="ago" />
              ),
          },
          {
            key: 'lostDisk',
            header: t('drills.objectives.columns.lostDisk'),
            width: 'minmax(184px, 1fr)',
            render: ({ mistake, lostDisk }) =>
              lostDisk.upTo === null ? (
                <StateBadge
                  tone={mistake.upTo === null ? 'bad' : 'warning'}
                  text={
                    mistake.upTo === null ? t('drills.objectives.nothing') : t('drills.objectives.sameDevice')
                  }
                />
              ) : (
                <Time value={lostDisk.upTo} as="ago" />
              ),
          },
          {
            key: 'proof',
            header: t('drills.objectives.columns.proof'),
            width: '120px',
            render: ({ lastProof }) => (
              <Time value={lastProof?.time ?? null} as="ago" missing={t('drills.objectives.never')} />
            ),
          },
          {
            key: 'forecast',
            header: t('drills.objectives.columns.forecast'),
            width: '128px',
            align: 'end',
            render: ({ forecast }) =>
              forecast === null ? t('drills.objectives.notMeasured') : formatDuration(forecast.durationMs),
          },
          {
            key: 'inputs',
            header: t('drills.objectives.columns.inputs'),
            width: 'minmax(150px, 1fr)',
            render: ({ forecast }) => (forecast === null ? '' : forecastInputs(forecast)),
          },
          {
            key: 'drill',
            header: t('drills.objectives.columns.drill'),
            width: '110px',
            render: ({ tenantId, drills }) => (
              <TextLink href={`/backups/drills?tenant=${tenantId ?? 'installation'}`}>
                <NextDrill drills={drills} />
              </TextLink>
            ),
          },
        ]}
        empty={<EmptyState title={t('drills.objectives.emptyTitle')} />}
      />
    </>
  );
}

function NextDrill({ drills }: Pick<OwnerProtection, 'drills'>) {
  if (drills.last?.outcome === 'failed')
    return <StateBadge tone="bad" text={t('drills.objectives.failed')} />;
  if (drills.overdue) return <StateBadge tone="warning" text={t('drills.objectives.overdue')} />;
  return <Time value={drills.nextRun} as="ago" missing={t('drills.objectives.byHand')} />;
}
