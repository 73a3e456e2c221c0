import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
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
  more: { alignSelf: 'start', marginTop: tokens.spacingVerticalS },
});

interface PlainTableProps {
  readonly label: string;
  /** Their titles. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  /** Where there may be many: so many are shown, and as many more each time that more are asked for. */
  readonly atOnce?: number;
}

/** A few rows in full, without a choice of what is shown. */
export function PlainTable({ label, columns, rows, atOnce = rows.length }: PlainTableProps) {
  const styles = useStyles();
  const [asked, setAsked] = useState(0);
  const firstNew = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (asked > 0) firstNew.current?.focus();
  }, [asked]);
  const shown = rows.slice(0, atOnce * (asked + 1));
  return (
    <>
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
            {shown.map(({ key, cells }, row) => (
              <tr key={key} tabIndex={-1} ref={row === atOnce * asked ? firstNew : undefined}>
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
      {shown.length < rows.length && (
        <Button className={styles.more} onClick={() => setAsked(asked + 1)}>
          {t('common.showMore', { left: formatCount(rows.length - shown.length) })}
        </Button>
      )}
    </>
  );
}
