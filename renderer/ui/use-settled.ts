import { useEffect, useState } from 'react';

const settleMs = 200;

/** A text once it has been left alone for a moment, so that not every letter asks the core. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
