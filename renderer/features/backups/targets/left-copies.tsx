import { Body1, makeStyles } from '@fluentui/react-components';
import type { BackupTarget } from '../../../../shared/contract/backups/targets.ts';
import { t } from '../../../i18n/translate.ts';
import { ownerName } from '../../../ui/owner-name.ts';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { plainTable } from '../plain-table.ts';

const useStyles = makeStyles({ table: plainTable });

/** Copies that lie on a target and are not brought up to date any more. */
export function LeftCopies({ target }: { readonly target: BackupTarget }) {
  const styles = useStyles();
  const tenants = useTenants();
  const title = t('targets.left.title', { name: target.name });
  return (
    <Panel title={title}>
      <Body1>{t('targets.left.text')}</Body1>
      <table className={styles.table} aria-label={title}>
        <thead>
          <tr>
            <th>{t('targets.columns.of')}</th>
            <th>{t('targets.left.updated')}</th>
            <th>{t('targets.columns.copied')}</th>
            <th>{t('targets.columns.snapshots')}</th>
            <th>{t('targets.columns.state')}</th>
          </tr>
        </thead>
        <tbody>
          {target.left.map(({ tenantId, updated, newest, snapshots, goes }) => (
            <tr key={tenantId ?? 'installation'}>
              <td>{ownerName(tenantId, tenants)}</td>
              <td>
                <Time value={updated} as="ago" missing={t('targets.never')} />
              </td>
              <td>
                <Time value={newest} as="ago" missing={t('targets.never')} />
              </td>
              <td>{snapshots}</td>
              <td>
                <StateBadge
                  tone={goes ? 'warning' : 'neutral'}
                  text={t(goes ? 'targets.left.goes' : 'targets.left.stays')}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
