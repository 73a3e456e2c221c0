import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import packageFile from '../../../package.json' with { type: 'json' };
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', maxWidth: '560px' },
  cell: {
    textAlign: 'start',
    padding: '4px 24px 4px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
});

const { dependencies, devDependencies } = packageFile;
/** What the renderer is built from is a devDependency, since the build holds it already. */
const built = ['@fluentui/', '@tanstack/', '@orpc/', 'react', 'wouter', 'electron'];
const packages = [
  ...Object.entries(dependencies),
  ...Object.entries(devDependencies).filter(([name]) =>
    built.some((prefix) => name === prefix || name.startsWith(prefix)),
  ),
]
  .filter(([name]) => !name.startsWith('@types/') && name !== 'electron-builder')
  .sort(([left], [right]) => left.localeCompare(right, 'en'));

/** Which version this is, and what it is made with. */
export function About() {
  const styles = useStyles();
  const { query } = useApi();
  const installation = useQuery(query.suite.getInstallation.queryOptions({ input: {} }));
  return (
    <>
      <Panel title={t('settings.tabs.about')}>
        <Facts
          facts={[
            [t('settings.about.version'), installation.data?.version ?? '…'],
            [t('settings.about.licence'), t('settings.about.licenceText')],
          ]}
        />
        <CommandLine label={t('settings.about.commandLine')} command="holdfast --help" />
      </Panel>
      <Panel title={t('settings.about.packages')}>
        <p>{t('settings.about.packagesText')}</p>
        <table className={styles.table}>
          <thead>
            <tr>
              <th className={styles.cell}>{t('settings.about.name')}</th>
              <th className={styles.cell}>{t('settings.about.packageVersion')}</th>
            </tr>
          </thead>
          <tbody>
            {packages.map(([name, version]) => (
              <tr key={name}>
                <td className={styles.cell}>{name}</td>
                <td className={styles.cell}>{version.replace(/^npm:.*@/, '')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  );
}
