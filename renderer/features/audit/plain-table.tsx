import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { Sideways } from './sideways.tsx';

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', lineHeight: tokens.lineHeightBase300 },
  head: { textAlign: 'start', fontWeight: tokens.fontWeightSemibold, padding: '4px 12px 4px 0' },
  cell: {
    textAlign: 'start',
    padding: '4px 12px 4px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    overflowWrap: 'anywhere',
  },
});

interface PlainTableProps {
  readonly label: string;
  /** Their titles. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

/** A few rows in full, without a choice of what is shown. */
export function PlainTable({ label, columns, rows }: PlainTableProps) {
  const styles = useStyles();
  return (
    <Sideways label={label}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} className={styles.head} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {columns.map((column, at) => (
                <td key={column} className={styles.cell}>
                  {cells[at]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Sideways>
  );
}
