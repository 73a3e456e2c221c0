export type Shortcut = 'palette' | 'search' | 'help' | 'lock';

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

interface Where {
  /** In a field, where keys are text. */
  readonly typing: boolean;
  /** While a dialog is open. */
  readonly modal: boolean;
}

/** What a key means to the whole console. Only locking is always possible. */
export function shortcutOf(press: KeyPress, { typing, modal }: Where): Shortcut | undefined {
  const { ctrlKey, metaKey, altKey } = press;
  const key = press.key.toLowerCase();
  if (altKey) return undefined;
  if (ctrlKey && !metaKey && key === 'l') return 'lock';
  if (typing || modal) return undefined;
  if (ctrlKey !== metaKey && key === 'k') return 'palette';
  if (ctrlKey || metaKey) return undefined;
  if (key === '/') return 'search';
  return key === '?' ? 'help' : undefined;
}
