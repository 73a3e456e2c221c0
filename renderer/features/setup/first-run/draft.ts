/** What is entered in the first run; the passphrase stays in memory only and is asked for again after a reload. */
export interface Draft {
  readonly ownerName: string;
  readonly secrets: 'keychain' | 'passphrase' | '';
  readonly target: 'folder' | 'inside' | '';
  readonly folder: string;
}

export const steps = ['welcome', 'owner', 'keys', 'target', 'summary'] as const;
export type Step = (typeof steps)[number];

const key = 'holdfast.first-run';
const empty: Draft = { ownerName: '', secrets: '', target: '', folder: '' };

/** What an earlier load of the page left in this tab, or nothing. */
export function readDraft(): Draft {
  let stored: unknown;
  try {
    stored = JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    stored = null; // not ours: begin anew
  }
  if (typeof stored !== 'object' || stored === null) return empty;
  const text = (name: keyof Draft) => {
    const value: unknown = Reflect.get(stored, name);
    return typeof value === 'string' ? value : '';
  };
  const [secrets, target] = [text('secrets'), text('target')];
  return {
    ownerName: text('ownerName'),
    secrets: secrets === 'keychain' || secrets === 'passphrase' ? secrets : '',
    target: target === 'folder' || target === 'inside' ? target : '',
    folder: text('folder'),
  };
}

export function keepDraft(draft: Draft): void {
  sessionStorage.setItem(key, JSON.stringify(draft));
}

export function forgetDraft(): void {
  sessionStorage.removeItem(key);
}
