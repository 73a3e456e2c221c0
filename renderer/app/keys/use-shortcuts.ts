import { useEffect } from 'react';
import { hasModal } from '../../ui/arrival.tsx';
import { type Shortcut, shortcutOf } from './shortcut.ts';

const fields = 'input, textarea, select, [contenteditable="true"]';

/** Answers the keys that mean something everywhere; `/` goes to the search of the screen by itself. */
export function useShortcuts(on: (shortcut: Exclude<Shortcut, 'search'>) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat) return;
      const typing = event.target instanceof Element && event.target.closest(fields) !== null;
      const shortcut = shortcutOf(event, { typing, modal: hasModal() });
      if (shortcut === undefined) return;
      if (shortcut === 'search') {
        const search = document.querySelector<HTMLElement>('[data-search]');
        if (search === null) return;
        search.focus();
      } else {
        on(shortcut);
      }
      event.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [on]);
}
