import { makeStyles, tokens } from '@fluentui/react-components';
import type { TamperOutcome } from '../../../../shared/tamper-attacks.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import type { Tone } from '../../../ui/tone.ts';
import { Sideways } from '../sideways.tsx';
import type { Tried } from './tried.ts';

const useStyles = makeStyles({
  table: { width: '100%', minWidth: '480px', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase200 },
  head: {
    color: tokens.colorNeutralForeground3,
    textAlign: 'start',
    fontWeight: 'inherit',
    padding: '0 12px 4px 0',
  },
  cell: {
    textAlign: 'start',
    verticalAlign: 'top',
    padding: '6px 12px 6px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
  },
  attack: { width: '38%', fontWeight: 'inherit' },
  outcome: { width: '150px' },
  entry: { width: '88px', textAlign: 'end', paddingRight: 0, fontVariantNumeric: 'tabular-nums' },
  title: { fontWeight: tokens.fontWeightSemibold },
  aim: { color: tokens.colorNeutralForeground3 },
});

const tones = {
  caught: 'good',
  missed: 'bad',
  unguarded: 'warning',
  'not-applicable': 'neutral',
} as const satisfies Record<TamperOutcome, Tone>;

/** Each attack, what somebody would want by it, and what became of it. */
export function AttackTable({ tried }: { readonly tried: readonly Tried[] }) {
  const styles = useStyles();
  return (
    <Sideways label={t('tamperDrill.held')}>
      <table className={styles.table} aria-label={t('tamperDrill.held')}>
        <thead>
          <tr>
            {(['attack', 'outcome', 'finding'] as const).map((column) => (
              <th key={column} className={styles.head} scope="col">
                {t(`tamperDrill.columns.${column}`)}
              </th>
            ))}
            <th className={`${styles.head} ${styles.entry}`} scope="col">
              {t('tamperDrill.columns.entry')}
            </th>
          </tr>
        </thead>
        <tbody>
          {tried.map((each) => (
            <tr key={each.attack}>
              <th className={`${styles.cell} ${styles.attack}`} scope="row">
                <div className={styles.title}>{t(`tamperDrill.attacks.${each.attack}.title`)}</div>
                <div className={styles.aim}>{t(`tamperDrill.attacks.${each.attack}.aim`)}</div>
              </th>
              <td className={`${styles.cell} ${styles.outcome}`}>
                <StateBadge tone={tones[each.outcome]} text={t(`tamperDrill.outcome.${each.outcome}`)} />
              </td>
              <td className={styles.cell}>
                <Said {...each} />
              </td>
              <td className={`${styles.cell} ${styles.entry}`}>
                {each.index === undefined ? '' : formatCount(each.index)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sideways>
  );
}

function Said({ outcome, reason, further, obstacle }: Tried) {
  const styles = useStyles();
  if (obstacle !== undefined)
    return <span className={styles.aim}>{t(`tamperDrill.obstacles.${obstacle}`)}</span>;
  if (outcome === 'unguarded') {
    return (
      <>
        {t('tamperDrill.unguarded')} <TextLink href="/audit/witnesses">{t('tamperDrill.witnesses')}</TextLink>
      </>
    );
  }
  if (reason === undefined) return t('tamperDrill.nothing');
  return (
    <>
      {reason}
      {further > 0 && <div className={styles.aim}>{t('tamperDrill.further', { count: further })}</div>}
    </>
  );
}
