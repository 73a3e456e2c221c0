import { Body1, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AnomalyBaseline } from '../../../../shared/contract/audit/anomalies.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { PlainTable } from '../plain-table.tsx';

const useStyles = makeStyles({
  note: { flexShrink: 0 },
  summary: { cursor: 'pointer', color: tokens.colorNeutralForeground2 },
  opened: {
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    maxWidth: '720px',
    maxHeight: '40vh',
    overflowY: 'auto',
    padding: '8px 0',
  },
});

const mostShown = 100;

/** Which logs' statistics raise something, and what the others wait for. */
export function Learning() {
  const styles = useStyles();
  const { query } = useApi();
  const [open, setOpen] = useState(false);
  const found = useQuery(query.audit.listAnomalyBaselines.queryOptions({ input: {} }));
  if (found.data === undefined) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  const { items } = found.data;
  const learning = items.filter(({ state }) => state === 'learning');
  const days = Math.min(...learning.map(({ daysLeft }) => daysLeft));
  const watching = t('alerts.learning.summary', {
    watching: formatCount(items.length - learning.length),
    all: formatCount(items.length),
  });
  return (
    <details className={styles.note} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={styles.summary}>
        {learning.length > 0 && days > 0
          ? `${watching} · ${t('alerts.learning.next', { days: formatCount(days) })}`
          : watching}
      </summary>
      {open && <Logs items={items} />}
    </details>
  );
}

function Logs({ items }: { readonly items: readonly AnomalyBaseline[] }) {
  const styles = useStyles();
  const tenants = useTenants();
  const sorted = items.toSorted((a, b) => b.daysLeft - a.daysLeft || b.entriesLeft - a.entriesLeft);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className={styles.opened} aria-label={t('alerts.learning.label')} tabIndex={0}>
      <Body1>{t('alerts.learning.text')}</Body1>
      <PlainTable
        label={t('alerts.learning.label')}
        columns={(['log', 'state', 'days', 'entries'] as const).map((column) =>
          t(`alerts.learning.columns.${column}`),
        )}
        rows={sorted.slice(0, mostShown).map((item) => ({
          key: item.logId,
          cells: [
            ownerName(item.tenantId, tenants),
            <StateBadge
              key="state"
              tone={item.state === 'watching' ? 'good' : 'neutral'}
              text={stateText(item)}
            />,
            formatCount(item.days),
            formatCount(item.entries),
          ],
        }))}
      />
      {sorted.length > mostShown && (
        <Body1>{t('alerts.learning.more', { count: sorted.length - mostShown })}</Body1>
      )}
      <CommandLine command="holdfast audit alerts learning" />
    </section>
  );
}

function stateText({ state, daysLeft, entriesLeft }: AnomalyBaseline): string {
  if (state === 'watching') return t('alerts.learning.watching');
  if (daysLeft > 0) return t('alerts.learning.daysLeft', { count: daysLeft });
  if (entriesLeft > 0) return t('alerts.learning.entriesLeft', { count: entriesLeft });
  return t('alerts.learning.tooMany');
}
