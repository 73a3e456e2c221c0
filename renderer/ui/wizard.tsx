import { Button, makeStyles, mergeClasses, tokens, typographyStyles } from '@fluentui/react-components';
import { CheckmarkFilled } from '@fluentui/react-icons';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { t } from '../i18n/translate.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    gap: '24px',
    minHeight: 0,
    '@media (max-width: 700px)': { flexDirection: 'column' },
  },
  steps: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    width: '168px',
    flexShrink: 0,
    '@media (max-width: 700px)': { flexDirection: 'row', flexWrap: 'wrap', width: '100%' },
  },
  step: {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    padding: '6px 8px',
    color: tokens.colorNeutralForeground3,
    borderRadius: tokens.borderRadiusMedium,
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground1Selected,
  },
  mark: {
    width: '20px',
    height: '20px',
    flexShrink: 0,
    borderRadius: '50%',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    display: 'grid',
    placeItems: 'center',
    fontSize: tokens.fontSizeBase100,
  },
  done: { backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand },
  content: { flexGrow: 1, minWidth: 0, display: 'flex', flexDirection: 'column', gap: '16px' },
  heading: { ...typographyStyles.subtitle1, margin: 0, outline: 'none' },
  buttons: { display: 'flex', gap: '8px', justifyContent: 'flex-end', marginTop: '8px' },
});

export interface WizardStep {
  readonly key: string;
  readonly title: string;
}

interface WizardProps {
  /** What the steps lead to, for screen readers. */
  readonly label: string;
  readonly steps: readonly WizardStep[];
  /** Key of the step that is shown. */
  readonly current: string;
  readonly children: ReactNode;
  /** Absent where there is no way back, such as after the work was done. */
  readonly onBack?: (() => void) | undefined;
  /** Absent where the step's own content leads on. */
  readonly onNext?: (() => void) | undefined;
  readonly nextLabel?: string | undefined;
  /** Why one cannot go on yet; Next then says so instead of going on. */
  readonly nextDisabled?: boolean | undefined;
}

/**
 * Steps in their order, none of which can be skipped: they tell where one is and are no links. The heading of each new step
 * takes the focus, so that keyboard and screen reader begin there; Enter goes on.
 */
export function Wizard(props: WizardProps) {
  const { label, steps, current, children, onBack, onNext, nextLabel, nextDisabled } = props;
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  const at = steps.findIndex(({ key }) => key === current);
  useEffect(() => {
    if (current !== '') heading.current?.focus();
  }, [current]);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!nextDisabled) onNext?.();
  }

  const content = (
    <>
      <h2 ref={heading} tabIndex={-1} className={styles.heading}>
        {steps[at]?.title}
      </h2>
      {children}
      {(onBack || onNext) && (
        <div className={styles.buttons}>
          {onBack && <Button onClick={onBack}>{t('common.back')}</Button>}
          {onNext && (
            <Button type="submit" appearance="primary" disabled={nextDisabled ?? false}>
              {nextLabel ?? t('common.next')}
            </Button>
          )}
        </div>
      )}
    </>
  );
  return (
    <div className={styles.root}>
      <ol className={styles.steps} aria-label={label}>
        {steps.map(({ key, title }, index) => (
          <li
            key={key}
            className={mergeClasses(styles.step, index === at && styles.current)}
            aria-current={index === at ? 'step' : undefined}
          >
            <span className={mergeClasses(styles.mark, index < at && styles.done)} aria-hidden>
              {index < at ? <CheckmarkFilled /> : index + 1}
            </span>
            {title}
          </li>
        ))}
      </ol>
      {onNext ? (
        <form className={styles.content} onSubmit={submit} noValidate>
          {content}
        </form>
      ) : (
        <div className={styles.content}>{content}</div>
      )}
    </div>
  );
}
