import { useQuery } from '@tanstack/react-query';
import type { BackupSchedule } from '../../../shared/contract/backups/schedules.ts';
import { useApi } from '../../rpc/api.tsx';

const everyMs = 30_000;
const most = 1_000;
const none: readonly BackupSchedule[] = [];

/** When the first thousand owners are backed up. */
export function useSchedules(): { readonly schedules: readonly BackupSchedule[]; readonly error: unknown } {
  const { query } = useApi();
  const { data, error } = useQuery(
    query.backups.listSchedules.queryOptions({ input: { limit: most }, refetchInterval: everyMs }),
  );
  return { schedules: data?.items ?? none, error };
}
