import { makeStyles, mergeClasses, ToggleButton, tokens } from '@fluentui/react-components';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed' },
  title: { textAlign: 'start', padding: '0 0 4px' },
  head: {
    fontWeight: tokens.fontWeightRegular,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
  },
  number: { width: '84px', textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  name: { padding: '1px 8px 1px 0', textAlign: 'start', fontWeight: tokens.fontWeightRegular },
  text: { overflowWrap: 'anywhere', padding: '2px 8px', display: 'block' },
  narrow: { maxWidth: '100%', minWidth: 0, justifyContent: 'start', textAlign: 'start' },
  bar: {
    height: '4px',
    minWidth: '2px',
    margin: '0 0 2px 8px',
    borderRadius: tokens.borderRadiusSmall,
    backgroundColor: tokens.colorBrandBackground,
  },
  others: { color: tokens.colorNeutralForeground3 },
});

interface Frequency {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  /** What the list is narrowed to when it is chosen; undefined where it cannot be. */
  readonly narrow: string | undefined;
}

interface FrequencyTableProps {
  readonly title: string;
  /** The most frequent first. */
  readonly top: readonly Frequency[];
  readonly others: { readonly different: number; readonly count: number };
  /** What the list is narrowed to already. */
  readonly chosen: string | undefined;
  readonly onChoose: (narrow: string | undefined) => void;
}

/** How often each of some things is there, as numbers and bars; what is chosen narrows the list, and chosen again does not. */
export function FrequencyTable({ title, top, others, chosen, onChoose }: FrequencyTableProps) {
  const styles = useStyles();
  const most = Math.max(1, ...top.map(({ count }) => count));
  return (
    <table className={styles.table} aria-label={title}>
      <thead>
        <tr>
          <th scope="col" className={styles.title}>
            {title}
          </th>
          <th scope="col" className={mergeClasses(styles.head, styles.number)}>
            {t('audit.counts.entries')}
          </th>
        </tr>
      </thead>
      <tbody>
        {top.map(({ key, name, count, narrow }) => (
          <tr key={key}>
            <th scope="row" className={styles.name}>
              {narrow === undefined ? (
                <span className={styles.text}>{name}</span>
              ) : (
                <ToggleButton
                  appearance="subtle"
                  size="small"
                  className={styles.narrow}
                  checked={narrow === chosen}
                  title={t('audit.counts.narrow', { name })}
                  onClick={() => onChoose(narrow === chosen ? undefined : narrow)}
                >
                  {name}
                </ToggleButton>
              )}
              <div
                aria-hidden
                className={styles.bar}
                style={{ width: `calc(${(count / most) * 100}% - 8px)` }}
              />
            </th>
            <td className={styles.number}>{formatCount(count)}</td>
          </tr>
        ))}
        {others.different > 0 && (
          <tr className={styles.others}>
            <th scope="row" className={styles.name}>
              <span className={styles.text}>{t('audit.counts.others', { count: others.different })}</span>
            </th>
            <td className={styles.number}>{formatCount(others.count)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
