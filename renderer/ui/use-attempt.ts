import { useState } from 'react';

interface Attempt {
  readonly busy: boolean;
  /** What the newest one ended with; undefined once another has begun. */
  readonly error: unknown;
  /** Begins nothing while something is under way. Never throws: `onError` is told. */
  attempt(work: () => Promise<unknown>, onError?: (error: unknown) => void): Promise<void>;
}

/** Something that a click or a form asks for, one at a time: whether it is under way, and the error to show. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  return {
    busy,
    error,
    async attempt(work, onError) {
      if (busy) return;
      setBusy(true);
      setError(undefined);
      try {
        await work();
      } catch (failed) {
        setError(failed);
        onError?.(failed);
      } finally {
        setBusy(false);
      }
    },
  };
}
