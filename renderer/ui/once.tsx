import { type ReactNode, useEffect, useRef } from 'react';

/** Runs something when it is first shown, such as the saving of a file that has just become ready. */
export function Once({ run, children }: { readonly run: () => void; readonly children: ReactNode }) {
  const latest = useRef(run);
  const ran = useRef(false);
  useEffect(() => {
    if (ran.current) return;
    ran.current = true;
    latest.current();
  }, []);
  return children;
}
