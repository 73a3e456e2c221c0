import { makeStyles, tokens } from '@fluentui/react-components';
import { formatCount } from '../../../i18n/format.ts';
import { type PlainKey, t, tryText } from '../../../i18n/translate.ts';
import type { Plan } from './plan.ts';

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', width: '100%' },
  cell: {
    textAlign: 'start',
    padding: '4px 12px 4px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  number: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  bar: { display: 'flex', height: '10px', width: '100%', minWidth: '80px' },
  added: { backgroundColor: tokens.colorStatusSuccessBackground3 },
  changed: { backgroundColor: tokens.colorStatusWarningBackground3 },
  unchanged: { backgroundColor: tokens.colorNeutralBackground5 },
  lost: { backgroundColor: tokens.colorStatusDangerBackground3 },
});

interface ChangesTableProps extends Pick<Plan, 'changes'> {
  /** What the last column tells. */
  readonly last: 'lost' | 'unchanged';
  /** Of the installation's own data, by kind, and not of a tenant's collections. */
  readonly own: boolean;
  /** Nothing changes: it is told how then and now differ. */
  readonly compares: boolean;
}

const comparing: Readonly<Record<'added' | 'changed' | 'lost' | 'unchanged', PlainKey>> = {
  added: 'restore.conflicts.onlyThen',
  changed: 'restore.conflicts.differ',
  lost: 'restore.conflicts.onlyNow',
  unchanged: 'restore.conflicts.unchanged',
};

/** What would change in each collection or kind of data, in numbers and as bars. */
export function ChangesTable({ changes, last, own, compares }: ChangesTableProps) {
  const styles = useStyles();
  const most = Math.max(1, ...changes.map((each) => each.added + each.changed + each[last]));
  const cells = (['added', 'changed', last] as const).map((kind) => ({
    kind,
    header: t(compares ? comparing[kind] : `restore.conflicts.${kind}`),
  }));
  const nameOf = (collection: string) =>
    own ? (tryText(['words', 'controlData', collection]) ?? collection) : collection;
  return (
    <table
      className={styles.table}
      aria-label={t(own ? 'restore.conflicts.ownTable' : 'restore.conflicts.table')}
    >
      <thead>
        <tr>
          <th className={styles.cell}>
            {t(own ? 'restore.conflicts.data' : 'restore.conflicts.collection')}
          </th>
          {cells.map(({ kind, header }) => (
            <th key={kind} className={`${styles.cell} ${styles.number}`}>
              {header}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.collection}>
            <th scope="row" className={styles.cell}>
              {nameOf(change.collection)}
            </th>
            {cells.map(({ kind }) => (
              <td key={kind} className={`${styles.cell} ${styles.number}`}>
                {formatCount(change[kind])}
              </td>
            ))}
            <td className={styles.cell}>
              <span className={styles.bar} aria-hidden>
                {cells.map(({ kind }) => (
                  <span
                    key={kind}
                    className={styles[kind]}
                    style={{ width: `${(100 * change[kind]) / most}%` }}
                  />
                ))}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
