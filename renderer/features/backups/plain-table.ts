/** A table without lines between its rows, at the width of its panel. */
export const plainTable = {
  width: '100%',
  borderCollapse: 'collapse',
  '& th, & td': { textAlign: 'start', padding: '6px 12px 6px 0', verticalAlign: 'top' },
} as const;
