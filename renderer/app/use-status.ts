import { useQuery } from '@tanstack/react-query';
import type { Status } from '../../shared/contract/suite.ts';
import { useApi } from '../rpc/api.tsx';
import type { Tone } from '../ui/state-badge.tsx';

const everyMs = 10_000;

/** How the installation stands, renewed every few seconds. */
export function useStatus() {
  const { query } = useApi();
  return useQuery(query.suite.getStatus.queryOptions({ input: {}, refetchInterval: everyMs }));
}

export type ProtectionState = 'protected' | 'attention' | 'unprotected';

/** Whether everything would come back: backups there are, on another disk, and all managers work. */
export function protectionOf({ protection, managers }: Status): ProtectionState {
  if (protection.lastBackup === null) return 'unprotected';
  const healthy = Object.values(managers).every(({ state }) => state === 'ready');
  return healthy && !protection.sameDisk && protection.unprotected === 0 ? 'protected' : 'attention';
}

export const protectionTones = {
  protected: 'good',
  attention: 'warning',
  unprotected: 'bad',
} as const satisfies Record<ProtectionState, Tone>;
