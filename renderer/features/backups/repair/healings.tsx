import { Body1, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { actionText } from '../../../ui/action-text.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ownerName } from '../../../ui/owner-name.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { plainTable } from '../plain-table.ts';
import { ownerFilter } from '../scope.ts';

const useStyles = makeStyles({
  table: {
    ...plainTable,
    '& td': { overflowWrap: 'anywhere', minWidth: '72px' },
  },
});

/** What was healed by itself, from where and why. */
export function Healings({ whose }: { readonly whose: string | undefined }) {
  const styles = useStyles();
  const { query } = useApi();
  const tenants = useTenants();
  const found = useQuery(query.backups.listHealings.queryOptions({ input: ownerFilter(whose) }));
  const items = found.data?.items ?? [];
  return (
    <Panel title={t('repair.healed.title')}>
      <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
      {items.length === 0 ? (
        <Body1>{t('repair.healed.none')}</Body1>
      ) : (
        <table className={styles.table} aria-label={t('repair.healed.title')}>
          <thead>
            <tr>
              <th>{t('repair.healed.time')}</th>
              <th>{t('repair.columns.of')}</th>
              <th>{t('repair.columns.target')}</th>
              <th>{t('repair.healed.files')}</th>
              <th>{t('repair.healed.from')}</th>
              <th>{t('repair.healed.why')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((each) => (
              <tr key={`${each.time} ${each.tenantId} ${each.target} ${each.from} ${each.files}`}>
                <td>
                  <Time value={each.time} />
                  <br />
                  {t('repair.healed.during', { work: actionText(each.during) })}
                </td>
                <td>{ownerName(each.tenantId, tenants)}</td>
                <td>{each.target ?? t('targets.first')}</td>
                <td>
                  {each.healed}: <code>{each.files}</code>
                </td>
                <td>{each.from ?? t('repair.healed.madeAnew')}</td>
                <td>{each.why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
