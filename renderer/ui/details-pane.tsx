import { Button, makeStyles, mergeClasses, Subtitle2, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../i18n/translate.ts';

const useStyles = makeStyles({
  split: { display: 'flex', flexGrow: 1, minHeight: 0, gap: '12px' },
  // the page scrolls before the content has no room
  stacked: {
    '@media (max-width: 1100px)': {
      flexDirection: 'column',
      flexBasis: '460px',
      flexShrink: 0,
      minHeight: '460px',
    },
  },
  main: { flexGrow: 1, minWidth: 0, display: 'flex', flexDirection: 'column', minHeight: 0 },
  pane: {
    width: '400px',
    flexShrink: 0,
    overflowY: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    padding: '12px 16px 16px',
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    '@media (max-width: 1100px)': {
      position: 'absolute',
      insetBlock: 0,
      insetInlineEnd: 0,
      width: 'min(420px, 100%)',
      boxShadow: tokens.shadow28,
      zIndex: 2,
    },
  },
  head: { display: 'flex', alignItems: 'center', gap: '8px' },
  title: { flexGrow: 1, minWidth: 0, margin: 0, overflowWrap: 'anywhere' },
});

interface WithDetailsProps {
  /** Stays at the content's other side; above it where there is little room. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
  /** The pane, while something is open. */
  readonly pane:
    | { readonly title: string; readonly content: ReactNode; readonly onClose: () => void }
    | undefined;
}

/** Content with a pane beside it for what is open; Escape closes it. */
export function WithDetails({ children, beside, pane }: WithDetailsProps) {
  const styles = useStyles();
  return (
    <div className={mergeClasses(styles.split, Boolean(beside) && styles.stacked)}>
      {beside}
      <div className={styles.main}>{children}</div>
      {pane && <Pane {...pane} />}
    </div>
  );
}

function Pane({ title, content, onClose }: NonNullable<WithDetailsProps['pane']>) {
  const styles = useStyles();
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    pane.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <aside
      ref={pane}
      tabIndex={-1}
      className={styles.pane}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div className={styles.head}>
        <Subtitle2 as="h2" className={styles.title}>
          {title}
        </Subtitle2>
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t('common.close')}
          onClick={onClose}
        />
      </div>
      {content}
    </aside>
  );
}
