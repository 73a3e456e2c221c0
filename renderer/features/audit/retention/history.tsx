import { Body1 } from '@fluentui/react-components';
import type { Pruning } from '../../../../shared/contract/audit/retention.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { LogName, tenantOfLog } from './log-name.tsx';

const atOnce = 50;

/** What was archived and dropped, as the log itself tells of it. */
export function History({ prunings }: { readonly prunings: readonly Pruning[] }) {
  return (
    <Panel title={t('auditRetention.history.title')}>
      {prunings.length === 0 ? (
        <Body1>{t('auditRetention.history.none')}</Body1>
      ) : (
        <PlainTable
          label={t('auditRetention.history.title')}
          columns={[
            t('auditRetention.history.time'),
            t('auditRetention.of'),
            t('auditRetention.history.entries'),
            t('auditRetention.history.file'),
          ]}
          atOnce={atOnce}
          rows={prunings.map(({ time, logId, from, to, file, manifest }) => ({
            key: `${logId} ${to}`,
            cells: [
              <Time key="time" value={time} />,
              <LogName key="of" tenantId={tenantOfLog(logId)} />,
              t('auditRetention.history.range', { from: formatCount(from), to: formatCount(to) }),
              <code key="file" title={`SHA-256 ${manifest}`}>
                {file}
              </code>,
            ],
          }))}
        />
      )}
    </Panel>
  );
}
