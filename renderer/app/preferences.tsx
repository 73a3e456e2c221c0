import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import type { Zone } from '../i18n/format.ts';
import { type Scheme, schemes } from './theme.ts';

/** How one person likes the console on this machine; kept in the browser, nothing of it is secret. */
export interface Preferences {
  readonly scheme: Scheme;
  readonly zone: Zone;
}

interface Held {
  readonly preferences: Preferences;
  change(changed: Partial<Preferences>): void;
}

const key = 'holdfast.preferences';
const PreferencesContext = createContext<Held | null>(null);

export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [preferences, setPreferences] = useState(read);
  const change = useCallback((changed: Partial<Preferences>) => {
    setPreferences((before) => {
      const after = { ...before, ...changed };
      localStorage.setItem(key, JSON.stringify(after));
      return after;
    });
  }, []);
  const held = useMemo(() => ({ preferences, change }), [preferences, change]);
  return <PreferencesContext value={held}>{children}</PreferencesContext>;
}

export function usePreferences(): Held {
  const held = use(PreferencesContext);
  if (held === null) throw new Error('no PreferencesProvider above');
  return held;
}

function read(): Preferences {
  let stored: unknown;
  try {
    stored = JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    stored = null; // somebody else's text under our name: the defaults serve
  }
  const found = typeof stored === 'object' && stored !== null ? stored : {};
  const scheme = 'scheme' in found ? schemes.find((known) => known === found.scheme) : undefined;
  const zone = 'zone' in found && found.zone === 'utc' ? 'utc' : 'local';
  return { scheme: scheme ?? 'system', zone };
}
