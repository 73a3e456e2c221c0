import { Dialog, DialogSurface, Input, makeStyles, tokens } from '@fluentui/react-components';
import { SearchRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useId, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { moveTo } from '../../ui/data-list/move.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ChoiceList } from './choice-list.tsx';
import type { PaletteChoice } from './choices.ts';
import { useChoices } from './use-choices.ts';

const useStyles = makeStyles({
  surface: {
    padding: '12px',
    maxWidth: '600px',
    marginTop: '10vh',
    marginBottom: 'auto',
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
  },
  count: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, padding: '0 12px' },
});

interface PaletteProps {
  readonly onClose: () => void;
  readonly lock: () => unknown;
  readonly showKeys: () => unknown;
}

/** Go to or do anything, by typing a part of its name (ARIA Authoring Practices, combobox with a list). */
export function Palette({ onClose, lock, showKeys }: PaletteProps) {
  const styles = useStyles();
  const list = useId();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const [error, setError] = useState<unknown>();
  const choices = useChoices(typed, { lock, showKeys });
  const at = Math.min(active, choices.length - 1);

  async function choose(choice: PaletteChoice) {
    try {
      const running = choice.run();
      // what is done at once closes at once, so that the new screen can take the focus
      if (running instanceof Promise) await running;
      onClose();
    } catch (failed) {
      setError(failed);
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    const choice = choices[at];
    if (event.key === 'Enter' && choice !== undefined) {
      // what opens now would take the same key as its own
      event.preventDefault();
      void choose(choice);
    }
    if (event.key === 'Home' || event.key === 'End') return;
    const next = moveTo(event.key, { at, count: choices.length, page: 5 });
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => open || onClose()}>
      <DialogSurface className={styles.surface} aria-label={t('shell.palette.title')}>
        <Input
          size="large"
          autoFocus
          role="combobox"
          aria-label={t('shell.palette.placeholder')}
          aria-expanded={choices.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          placeholder={t('shell.palette.placeholder')}
          contentBefore={<SearchRegular aria-hidden />}
          autoComplete="off"
          value={typed}
          onChange={(_, { value }) => {
            setTyped(value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ErrorNote error={error} />
        <ChoiceList id={list} choices={choices} active={at} onChoose={(choice) => void choose(choice)} />
        <div role="status" className={styles.count}>
          {choices.length === 0
            ? t('shell.palette.empty', { text: typed })
            : t('shell.palette.results', { count: choices.length })}
        </div>
      </DialogSurface>
    </Dialog>
  );
}
