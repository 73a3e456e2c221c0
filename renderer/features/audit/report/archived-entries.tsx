import { Caption1, makeStyles } from '@fluentui/react-components';
import type { ArchivedStretch } from '../../../../shared/contract/audit/reports.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { Identifier } from '../../../ui/identifier.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { LogName, tenantOfLog } from '../retention/log-name.tsx';

const useStyles = makeStyles({ name: { overflowWrap: 'normal' } });

const mostShown = 20;

/** What a report cannot count because retention took it out of the log, and where it is; nothing where it took nothing. */
export function ArchivedEntries({ archived }: { readonly archived: readonly ArchivedStretch[] }) {
  const styles = useStyles();
  if (archived.length === 0) return null;
  const more = archived.length - mostShown;
  return (
    <Panel title={t('reports.archived.title')}>
      <Caption1>{t('reports.archived.text')}</Caption1>
      <PlainTable
        label={t('reports.archived.label')}
        columns={(['log', 'entries', 'times', 'pruned', 'file'] as const).map((column) =>
          t(`reports.archived.${column}`),
        )}
        rows={archived.slice(0, mostShown).map((each) => ({
          key: `${each.logId} ${each.to}`,
          cells: [
            <div key="log" className={styles.name}>
              <LogName tenantId={tenantOfLog(each.logId)} />
            </div>,
            t('reports.archived.range', {
              from: formatCount(each.from),
              to: formatCount(each.to),
              size: formatCount(each.size),
            }),
            <span key="times">
              <Time value={each.oldest} />, <Time value={each.newest} />
            </span>,
            <span key="pruned">
              <Time value={each.time} />, {t('reports.archived.days', { count: each.days })}
            </span>,
            <div key="file">
              {each.file}
              <Caption1 block>{t('reports.archived.manifest')}</Caption1>
              <Identifier value={each.manifest} />
            </div>,
          ],
        }))}
      />
      {more > 0 && <Caption1>{t('reports.archived.more', { count: more })}</Caption1>}
    </Panel>
  );
}
