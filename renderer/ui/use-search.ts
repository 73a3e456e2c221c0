import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/** What a screen keeps in its address, by name; undefined takes a name out. */
export function useSearch(): readonly [
  get: (name: string) => string | undefined,
  set: (changed: Readonly<Record<string, string | undefined>>) => void,
] {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (changed: Readonly<Record<string, string | undefined>>) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changed)) {
            if (value === undefined || value === '') after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return [(name) => search.get(name) ?? undefined, set];
}
