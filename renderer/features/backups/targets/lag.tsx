import { makeStyles } from '@fluentui/react-components';
import type { BackupTarget } from '../../../../shared/contract/backups/targets.ts';
import { t } from '../../../i18n/translate.ts';
import { ownerName } from '../../../ui/owner-name.ts';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { plainTable } from '../plain-table.ts';

const useStyles = makeStyles({
  table: {
    ...plainTable,
    '& td': { overflowWrap: 'anywhere' },
  },
});

/** Per owner, the newest backup and the newest copy: what came after it is lost with the first target. */
export function Lag({ target }: { readonly target: BackupTarget }) {
  const styles = useStyles();
  const tenants = useTenants();
  const title = t('targets.lagTitle', { name: target.name });
  return (
    <Panel title={title}>
      <table className={styles.table} aria-label={title}>
        <thead>
          <tr>
            <th>{t('targets.columns.of')}</th>
            <th>{t('targets.columns.newest')}</th>
            <th>{t('targets.columns.copied')}</th>
            <th>{t('targets.columns.snapshots')}</th>
            <th>{t('targets.columns.verified')}</th>
          </tr>
        </thead>
        <tbody>
          {target.lag.map(({ tenantId, newest, newestCopied, snapshots, verified }) => (
            <tr key={tenantId ?? 'installation'}>
              <td>{ownerName(tenantId, tenants)}</td>
              <td>
                <Time value={newest} as="ago" missing={t('targets.never')} />
              </td>
              <td>
                <Time value={newestCopied} as="ago" missing={t('targets.never')} />
              </td>
              <td>{snapshots}</td>
              <td>
                <Time value={verified?.time ?? null} as="ago" missing={t('targets.never')} />{' '}
                {verified !== null && (
                  <StateBadge
                    tone={verified.problems === 0 ? 'good' : 'bad'}
                    text={t(verified.problems === 0 ? 'targets.verified' : 'targets.damaged', {
                      level: verified.level,
                    })}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
