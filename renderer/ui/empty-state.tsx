import { Body1, makeStyles, Subtitle2, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    gap: '8px',
    padding: '48px 24px',
    color: tokens.colorNeutralForeground2,
  },
  text: { maxWidth: '52ch', textAlign: 'center' },
});

interface EmptyStateProps {
  readonly title: string;
  readonly text?: string;
  /** The one next thing to do. */
  readonly action?: ReactNode;
}

/** Where there is nothing to show yet: what would be here, and the one next action. */
export function EmptyState({ title, text, action }: EmptyStateProps) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      <Subtitle2 as="h2">{title}</Subtitle2>
      {text && <Body1 className={styles.text}>{text}</Body1>}
      {action}
    </div>
  );
}
