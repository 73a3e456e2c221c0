import { makeStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  pair: {
    display: 'grid',
    gap: '12px',
    alignItems: 'start',
    gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))',
  },
});

/** Two fields beside each other where there is room. */
export function FieldPair({ children }: { readonly children: ReactNode }) {
  const styles = useStyles();
  return <div className={styles.pair}>{children}</div>;
}
