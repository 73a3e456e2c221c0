import { makeStyles, tokens } from '@fluentui/react-components';
import { type Tier, tierRules, tiers } from '../../../../shared/tiers.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', width: '100%', fontSize: tokens.fontSizeBase200 },
  cell: {
    textAlign: 'start',
    padding: '4px 12px 4px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  chosen: { fontWeight: tokens.fontWeightSemibold },
});

const limit = (value: number | null, format: (value: number) => string) =>
  value === null ? t('common.unlimited') : format(value);

/** What each tier includes, side by side. */
export function TierTable({ chosen }: { readonly chosen: Tier | undefined }) {
  const styles = useStyles();
  const rows: readonly (readonly [string, (tier: Tier) => string])[] = [
    [t('tenants.create.compare.bots'), (tier) => limit(tierRules[tier].bots, formatCount)],
    [t('tenants.create.compare.users'), (tier) => limit(tierRules[tier].users, formatCount)],
    [t('tenants.create.compare.storage'), (tier) => limit(tierRules[tier].storageBytes, formatBytes)],
    [t('tenants.create.compare.backups'), (tier) => t(`words.every.${tierRules[tier].backups}`)],
    [t('tenants.create.compare.audit'), (tier) => t(`tenants.create.audit.${tierRules[tier].audit}`)],
    [t('tenants.create.compare.keys'), (tier) => t(`tenants.create.keys.${tierRules[tier].apiKeys}`)],
  ];
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th className={styles.cell}>{t('tenants.create.compare.tier')}</th>
          {tiers.map((tier) => (
            <th key={tier} className={styles.cell} aria-current={tier === chosen ? 'true' : undefined}>
              {t(`words.tier.${tier}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, text]) => (
          <tr key={name}>
            <th scope="row" className={styles.cell}>
              {name}
            </th>
            {tiers.map((tier) => (
              <td key={tier} className={`${styles.cell} ${tier === chosen ? styles.chosen : ''}`}>
                {text(tier)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
