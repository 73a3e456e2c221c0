import { createContext, type ReactNode, type RefObject, use, useCallback, useEffect, useRef } from 'react';

const ArrivalContext = createContext<((heading: HTMLElement) => void) | null>(null);

/** Moves the focus to each screen's heading when one goes there, which also tells a screen reader where one is. */
export function Arrivals({ children }: { readonly children: ReactNode }) {
  const first = useRef(true);
  const arrive = useCallback((heading: HTMLElement) => {
    // a page that was just loaded begins at its top, where the link that skips to the content is
    if (!first.current && !hasModal()) heading.focus();
    first.current = false;
  }, []);
  return <ArrivalContext value={arrive}>{children}</ArrivalContext>;
}

/** For the heading of a screen. */
export function useArrival(heading: RefObject<HTMLElement | null>): void {
  const arrive = use(ArrivalContext);
  useEffect(() => {
    if (heading.current !== null) arrive?.(heading.current);
  }, [arrive, heading]);
}

/** Whether a dialog is open, which keeps focus and keys to itself. */
export function hasModal(): boolean {
  return document.querySelector('[aria-modal="true"]') !== null;
}
