import type { Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { useCurrentJobs } from '../../rpc/use-current-jobs.ts';
import { useNow } from '../time.tsx';
import { type ProtectionReason, protectionOf } from './protection-state.ts';

/** How a status reads now: whether a backup runs decides what is late. */
export function useProtection(status: Status) {
  const now = useNow();
  const { running } = useCurrentJobs();
  const backingUp = running?.some(({ kind }) => kind === 'backup.create') ?? false;
  return { ...protectionOf(status, { now, backingUp }), backingUp };
}

/** A reason as a sentence. */
export function reasonText(reason: ProtectionReason, { protection }: Pick<Status, 'protection'>): string {
  if (reason === 'unprotected') {
    return t('shell.protection.reasons.unprotected', { count: protection.unprotected });
  }
  return t(`shell.protection.reasons.${reason}`);
}
