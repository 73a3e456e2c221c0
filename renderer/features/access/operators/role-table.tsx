import { makeStyles, tokens } from '@fluentui/react-components';
import { CheckmarkRegular } from '@fluentui/react-icons';
import { allows, permissions, roles } from '../../../../shared/roles.ts';
import { t } from '../../../i18n/translate.ts';

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', marginTop: '8px' },
  cell: {
    textAlign: 'start',
    padding: '3px 16px 3px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
});

/** What each role may do, straight from the rules that the core goes by. */
export function RoleTable() {
  const styles = useStyles();
  return (
    <details>
      <summary>{t('access.operators.roles')}</summary>
      <table className={styles.table}>
        <thead>
          <tr>
            <th className={styles.cell}>{t('access.operators.permission')}</th>
            {roles.map((role) => (
              <th key={role} className={styles.cell}>
                {t(`words.role.${role}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map((permission) => (
            <tr key={permission}>
              <th scope="row" className={styles.cell}>
                <code>{permission}</code>
              </th>
              {roles.map((role) => (
                <td key={role} className={styles.cell}>
                  {allows(role, permission) ? (
                    <CheckmarkRegular aria-label={t('access.operators.allowed')} />
                  ) : (
                    <span aria-label={t('access.operators.refused')} role="img">
                      –
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
