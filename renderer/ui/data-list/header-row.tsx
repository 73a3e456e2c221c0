import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular } from '@fluentui/react-icons';
import type { Column, Sorting } from './column.ts';

const useStyles = makeStyles({
  row: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    display: 'grid',
    alignItems: 'center',
    padding: '0 8px',
    backgroundColor: tokens.colorNeutralBackground3,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  cell: {
    padding: '0 8px',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase200,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  end: { textAlign: 'end' },
  button: { padding: 0, minWidth: 0, fontWeight: 'inherit', fontSize: 'inherit' },
});

interface HeaderRowProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly height: number;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((sorting: Sorting) => void) | undefined;
}

/** The names of the columns, which stay in sight; those that can be sorted by are buttons. */
export function HeaderRow<Row>({ columns, template, height, sorting, onSort }: HeaderRowProps<Row>) {
  const styles = useStyles();
  return (
    <div role="rowgroup">
      <div
        role="row"
        aria-rowindex={1}
        className={styles.row}
        style={{ gridTemplateColumns: template, height }}
      >
        {columns.map(({ key, header, align, sortable }, at) => {
          const direction = sorting?.key === key ? sorting.direction : undefined;
          const Arrow = direction === 'descending' ? ArrowDownRegular : ArrowUpRegular;
          return (
            <div
              key={key}
              role="columnheader"
              aria-colindex={at + 1}
              aria-sort={sortable ? (direction ?? 'none') : undefined}
              className={mergeClasses(styles.cell, align === 'end' && styles.end)}
            >
              {sortable && onSort ? (
                <Button
                  appearance="transparent"
                  size="small"
                  className={styles.button}
                  icon={direction ? <Arrow /> : null}
                  iconPosition="after"
                  onClick={() =>
                    onSort({ key, direction: direction === 'ascending' ? 'descending' : 'ascending' })
                  }
                >
                  {header}
                </Button>
              ) : (
                header
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
