import { Body1, Caption1, makeStyles, tokens } from '@fluentui/react-components';
import type { RetentionSimulation } from '../../../../shared/contract/backups/retention.ts';
import { formatBytes, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { DataList } from '../../../ui/data-list/data-list.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { CalendarStrip } from './calendar-strip.tsx';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', height: '300px' },
  ahead: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
});

/** What a policy leaves: by day, in figures, and snapshot by snapshot. */
export function Simulation({ simulation }: { readonly simulation: RetentionSimulation }) {
  const styles = useStyles();
  const { snapshots, kept, removed, looseBytes, ahead, cost } = simulation;
  if (snapshots.length === 0) {
    return (
      <Panel title={t('retention.simulation.title')}>
        <Body1>{t('retention.simulation.nothing')}</Body1>
      </Panel>
    );
  }
  return (
    <Panel title={t('retention.simulation.title')}>
      <CalendarStrip simulation={simulation} />
      <Facts
        facts={[
          [
            t('retention.simulation.stay'),
            t('retention.simulation.count', { count: kept.snapshots, bytes: formatBytes(kept.bytes) }),
          ],
          [
            t('retention.simulation.go'),
            t('retention.simulation.goes', { count: removed.snapshots, bytes: formatBytes(removed.bytes) }),
          ],
          [t('retention.simulation.loose'), formatBytes(looseBytes)],
          ...(ahead.length === 0
            ? []
            : [
                [
                  t('retention.simulation.ahead'),
                  <ul key="ahead" className={styles.ahead}>
                    {ahead.map((each) => (
                      <li key={each.time}>
                        {t('retention.simulation.aheadText', {
                          count: each.snapshots,
                          day: each.time.slice(0, 10),
                          oldest: each.oldest.slice(0, 10),
                        })}
                      </li>
                    ))}
                  </ul>,
                ] as const,
              ]),
          [
            t('retention.simulation.cost'),
            t('retention.simulation.costText', { trees: cost.trees, time: formatDuration(cost.durationMs) }),
          ],
        ]}
      />
      <Caption1>{t('retention.simulation.exactness')}</Caption1>
      <div className={styles.list}>
        <DataList
          label={t('retention.simulation.list')}
          loaded={{
            rows: snapshots,
            pending: false,
            error: undefined,
            more: false,
            loadMore: () => undefined,
            reload: () => undefined,
          }}
          rowKey={({ id }) => id}
          total={snapshots.length}
          columns={[
            {
              key: 'time',
              header: t('retention.simulation.columns.time'),
              width: '170px',
              render: ({ time }) => <Time value={time} />,
            },
            {
              key: 'kind',
              header: t('retention.simulation.columns.kind'),
              width: '120px',
              render: ({ kind }) => t(`words.snapshotKind.${kind}`),
            },
            {
              key: 'why',
              header: t('retention.simulation.columns.why'),
              width: 'minmax(200px, 1fr)',
              render: ({ reasons }) =>
                reasons.length === 0 ? (
                  <StateBadge tone="warning" text={t('retention.simulation.goesWord')} />
                ) : (
                  reasons.map((reason) => t(`retention.reasons.${reason}`)).join(', ')
                ),
            },
          ]}
          empty={null}
        />
      </div>
    </Panel>
  );
}
