import { useRef, useState } from 'react';
import { useApi } from '../../rpc/api.tsx';
import { useSearch } from '../../ui/use-search.ts';
import type { Scope } from './scope.ts';

export interface BackupRun {
  /** The backup that was started here last; its id lies in the address. */
  readonly jobId: string | undefined;
  /** What it is of; undefined after a reload. */
  readonly scope: Scope | undefined;
  readonly busy: boolean;
  readonly error: unknown;
  run(scope: Scope): Promise<void>;
  close(): void;
}

/** Starts backups, one at a time. */
export function useBackupRun(): BackupRun {
  const { client } = useApi();
  const [get, set] = useSearch();
  const [scope, setScope] = useState<Scope>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const underWay = useRef(false);
  return {
    jobId: get('job'),
    scope,
    busy,
    error,
    run: async (wanted) => {
      if (underWay.current) return;
      underWay.current = true;
      setBusy(true);
      setError(undefined);
      try {
        const { jobId } = await client.backups.createBackup({ scope: wanted });
        setScope(wanted);
        set({ job: jobId });
      } catch (refused) {
        setError(refused);
      } finally {
        underWay.current = false;
        setBusy(false);
      }
    },
    close: () => set({ job: undefined }),
  };
}
