import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BackupTimeline } from '../../../../shared/contract/backups/timeline.ts';
import { useApi } from '../../../rpc/api.tsx';
import type { Owner } from '../owner.ts';
import type { View } from './view.ts';

const everyMs = 10_000;
const buckets = 120;

interface TimelineLook {
  readonly timeline: BackupTimeline | undefined;
  /** From the oldest state to now. */
  readonly bounds: View | undefined;
  readonly view: View | undefined;
  readonly setView: (view: View | undefined) => void;
  readonly error: unknown;
  readonly refetch: () => void;
}

/** The timeline of an owner as far as it is looked at, and what `at` (RFC 3339) stands for. */
export function useTimeline(owner: Owner, at: string | undefined): TimelineLook {
  const { query } = useApi();
  const [view, setView] = useState<View>();
  const whole = useQuery(
    query.backups.getBackupTimeline.queryOptions({
      input: { ...owner, buckets: 1 },
      refetchInterval: everyMs,
    }),
  );
  const bounds =
    whole.data === undefined
      ? undefined
      : { from: Date.parse(whole.data.from), to: Date.parse(whole.data.to) };
  const shown = view ?? bounds;
  const part = useQuery(
    query.backups.getBackupTimeline.queryOptions({
      input: {
        ...owner,
        buckets,
        ...(at === undefined ? {} : { around: at }),
        ...(shown === undefined
          ? {}
          : { from: new Date(shown.from).toISOString(), to: new Date(shown.to).toISOString() }),
      },
      enabled: shown !== undefined,
      placeholderData: keepPreviousData,
    }),
  );
  return {
    timeline: part.data,
    bounds,
    view: shown,
    setView,
    error: whole.error ?? part.error,
    refetch: () => {
      void whole.refetch();
      void part.refetch();
    },
  };
}
