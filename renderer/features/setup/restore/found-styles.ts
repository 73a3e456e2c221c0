import { makeStyles, tokens } from '@fluentui/react-components';

/** A table of tenants in the wizard. */
export const useFoundStyles = makeStyles({
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    '& th, & td': {
      textAlign: 'start',
      padding: '4px 12px 4px 0',
      verticalAlign: 'top',
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    },
    '& td': { overflowWrap: 'anywhere' },
  },
});
