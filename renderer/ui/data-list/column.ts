import type { ReactNode } from 'react';

/** One column of a list. */
export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  /** A track of CSS grid (CSS Grid Layout 2, 7.2), such as `minmax(160px, 2fr)`. */
  readonly width: string;
  readonly render: (row: Row) => ReactNode;
  readonly align?: 'end';
  /** The order that the list can be asked for by this column's header. */
  readonly sortable?: boolean;
}

export interface Sorting {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}
