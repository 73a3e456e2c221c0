import { Caption1, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { FoundBackups } from '../../../../shared/contract/recovery.ts';
import { t } from '../../../i18n/translate.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFoundStyles } from './found-styles.ts';
import { More, mostShown } from './more.tsx';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: '10px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    padding: '12px 16px',
  },
});

/** What lies in a backup folder: whose, how much, how old. */
export function Found({ found }: { readonly found: FoundBackups }) {
  const styles = useStyles();
  const shared = useFoundStyles();
  const { installation, tenants, opened } = found;
  return (
    <section className={styles.root} aria-label={t('setup.restore.found.title')} role="status">
      <Subtitle2 as="h3">{t('setup.restore.found.title')}</Subtitle2>
      <Facts
        facts={[
          [
            t('setup.restore.found.installation'),
            <Identifier key="installation" value={found.installationId} />,
          ],
          ...(opened === null
            ? []
            : ([
                [t('setup.restore.found.key'), opened.fingerprint],
                [t('setup.restore.found.state'), <Time key="state" value={opened.time} />],
              ] as const)),
          [
            t('setup.restore.found.own'),
            <span key="own">
              {t('setup.restore.found.ownText', { count: installation.snapshots })}{' '}
              <Time value={installation.lastWritten} as="ago" missing={t('setup.restore.found.nothing')} />
            </span>,
          ],
          [t('setup.restore.found.tenants'), tenants.filter(({ snapshots }) => snapshots > 0).length],
        ]}
      />
      {tenants.length > 0 && (
        <>
          <table className={shared.table} aria-label={t('setup.restore.found.table')}>
            <thead>
              <tr>
                <th>{t('setup.restore.found.columns.tenant')}</th>
                <th>{t('setup.restore.found.columns.snapshots')}</th>
                <th>{t('setup.restore.found.columns.newest')}</th>
              </tr>
            </thead>
            <tbody>
              {tenants.slice(0, mostShown).map((tenant) => (
                <tr key={tenant.tenantId}>
                  <td>
                    {tenant.name ?? tenant.tenantId}
                    {opened !== null && tenant.name === null && ` (${t('setup.restore.found.unknown')})`}
                  </td>
                  <td>{tenant.snapshots}</td>
                  <td>
                    <Time value={tenant.lastWritten} missing={t('setup.restore.found.nothing')} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <More of={tenants.length} />
        </>
      )}
      {opened === null && <Caption1>{t('setup.restore.found.names')}</Caption1>}
    </section>
  );
}
