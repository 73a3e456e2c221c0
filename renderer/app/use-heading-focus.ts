import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/** After going to another screen the focus is on its heading, so that keyboard and screen reader begin there. */
export function useHeadingFocus(): void {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    // the screen may still be loading its code
    const frame = requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-heading]')?.focus());
    return () => cancelAnimationFrame(frame);
  }, [location]);
}
