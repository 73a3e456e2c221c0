import { tokens } from '@fluentui/react-components';

/** A table without a frame, at the width of its place. */
export const tableStyle = {
  width: '100%',
  borderCollapse: 'collapse',
  '& th': { color: tokens.colorNeutralForeground3, textAlign: 'start', fontWeight: 'inherit' },
  '& th, & td': { padding: '6px 12px 6px 0', verticalAlign: 'top', overflowWrap: 'anywhere' },
  '& td': { borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
} as const;
