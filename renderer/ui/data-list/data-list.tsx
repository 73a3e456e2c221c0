import { makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { ErrorNote } from '../error-note.tsx';
import type { Column, Sorting } from './column.ts';
import { HeaderRow } from './header-row.tsx';
import { moveTo } from './move.ts';
import type { Loaded } from './use-pages.ts';

const rowHeight = 32;
const loadMoreWithin = 40;

const useStyles = makeStyles({
  frame: {
    flexGrow: 1,
    minHeight: '160px',
    overflow: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  body: { position: 'relative' },
  row: {
    position: 'absolute',
    insetInline: 0,
    display: 'grid',
    alignItems: 'center',
    height: `${rowHeight}px`,
    padding: '0 8px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    cursor: 'default',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  openable: { cursor: 'pointer' },
  active: { boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}` },
  selected: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Selected },
  },
  cell: { padding: '0 8px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 },
  end: { textAlign: 'end' },
  foot: { padding: '8px 16px' },
});

interface DataListProps<Row> {
  /** What the list is of, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly loaded: Loaded<Row>;
  readonly rowKey: (row: Row) => string;
  /** How many rows there are in all, if that is known; for aria-rowcount. */
  readonly total?: number | undefined;
  /** How many rows come before the first loaded one. */
  readonly before?: number | undefined;
  readonly onOpen?: (row: Row) => void;
  /** The row that a details pane shows. */
  readonly selected?: string | undefined;
  readonly sorting?: Sorting;
  readonly onSort?: (sorting: Sorting) => void;
  /** In place of rows, when there are none. */
  readonly empty: ReactNode;
  /** Told whether the first row is in sight, whenever that changes. */
  readonly onTop?: (inSight: boolean) => void;
  /** When this changes, the first row comes into sight. */
  readonly toTop?: number;
  /** Pixels below which the columns scroll sideways; 640 by default. */
  readonly minWidth?: number;
}

/**
 * A list of any length: only the rows in sight are in the document. Arrow keys, Page Up and Down, Home and End move; Enter opens.
 */
export function DataList<Row>(props: DataListProps<Row>) {
  const {
    label,
    columns,
    loaded,
    rowKey,
    total,
    before = 0,
    onOpen,
    onTop,
    toTop = 0,
    selected,
    minWidth = 640,
  } = props;
  const styles = useStyles();
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const [active, setActive] = useState(0);
  const { rows, more, loadMore } = loaded;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: rowHeight,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - loadMoreWithin) loadMore();
  }, [more, last, rows.length, loadMore]);

  const inSight = (virtual.scrollOffset ?? 0) < rowHeight;
  useEffect(() => onTop?.(inSight), [onTop, inSight]);
  const reached = useRef(toTop);
  useEffect(() => {
    if (toTop === reached.current) return;
    reached.current = toTop;
    frame.current?.scrollTo({ top: 0 });
  }, [toTop]);

  const template = columns.map(({ width }) => width).join(' ');
  const rowId = (index: number) => `${id}-${index}`;

  function onKeyDown(event: KeyboardEvent) {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') {
      const row = rows[active];
      if (row !== undefined) onOpen?.(row);
      return;
    }
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? rowHeight) / rowHeight) - 2);
    const next = moveTo(event.key, { at: active, count: rows.length, page });
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  }

  if (loaded.error !== null && loaded.error !== undefined && rows.length === 0) {
    return <ErrorNote error={loaded.error} onRetry={loaded.reload} />;
  }
  if (loaded.pending) return <Spinner label={t('common.loading')} />;
  if (rows.length === 0) return <>{props.empty}</>;
  return (
    <div
      ref={frame}
      className={styles.frame}
      role="grid"
      aria-label={label}
      aria-rowcount={total === undefined ? -1 : total + 1}
      aria-colcount={columns.length}
      aria-activedescendant={rows.length > active ? rowId(active) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ minWidth }}>
        <HeaderRow
          columns={columns}
          template={template}
          height={rowHeight}
          sorting={props.sorting}
          onSort={props.onSort}
        />
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = rowKey(row);
            return (
              <div
                key={key}
                id={rowId(index)}
                role="row"
                aria-rowindex={before + index + 2}
                aria-selected={key === selected}
                className={mergeClasses(
                  styles.row,
                  onOpen && styles.openable,
                  key === selected && styles.selected,
                  index === active && styles.active,
                )}
                style={{ gridTemplateColumns: template, transform: `translateY(${start - rowHeight}px)` }}
                onClick={() => {
                  setActive(index);
                  onOpen?.(row);
                }}
              >
                {columns.map((column, at) => (
                  <div
                    key={column.key}
                    role="gridcell"
                    aria-colindex={at + 1}
                    className={mergeClasses(styles.cell, column.align === 'end' && styles.end)}
                  >
                    {column.render(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {loaded.error !== null && loaded.error !== undefined && (
        <div className={styles.foot}>
          <ErrorNote error={loaded.error} onRetry={loaded.reload} />
        </div>
      )}
    </div>
  );
}
