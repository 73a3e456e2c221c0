import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import { t } from '../../i18n/translate.ts';
import type { PaletteChoice } from './choices.ts';

const useStyles = makeStyles({
  list: { maxHeight: 'min(50vh, 420px)', overflowY: 'auto' },
  group: {
    padding: '8px 12px 2px',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground3,
  },
  option: {
    padding: '7px 12px',
    borderRadius: tokens.borderRadiusMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  active: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
    '@media (forced-colors: active)': { outline: '2px solid Highlight', outlineOffset: '-2px' },
  },
});

interface ChoiceListProps {
  readonly id: string;
  readonly choices: readonly PaletteChoice[];
  readonly active: number;
  readonly onChoose: (choice: PaletteChoice) => void;
}

const groups = ['sections', 'tenants', 'actions'] as const;

/** The choices under their groups. The field above keeps the focus and its keys. */
export function ChoiceList({ id, choices, active, onChoose }: ChoiceListProps) {
  const styles = useStyles();
  const current = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active >= 0) current.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const numbered = choices.map((choice, at) => ({ choice, at }));
  return (
    <div id={id} role="listbox" aria-label={t('shell.palette.title')} className={styles.list}>
      {groups.map((group) => {
        const members = numbered.filter(({ choice }) => choice.group === group);
        if (members.length === 0) return null;
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box
          <div key={group} role="group" aria-label={t(`shell.palette.groups.${group}`)}>
            <div className={styles.group} aria-hidden>
              {t(`shell.palette.groups.${group}`)}
            </div>
            {members.map(({ choice, at }) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the combobox
              // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus
              <div
                key={choice.key}
                id={`${id}-${at}`}
                ref={at === active ? current : undefined}
                role="option"
                aria-selected={at === active}
                className={mergeClasses(styles.option, at === active && styles.active)}
                onClick={() => onChoose(choice)}
              >
                {choice.text}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}
