import type { Status } from '../../../shared/contract/suite.ts';

export type ProtectionState = 'protected' | 'partly' | 'not';
const protectionReasons = [
  'backups-down',
  'no-backup',
  'overdue',
  'backups-degraded',
  'unprotected',
  'same-disk',
  'restore-unproven',
] as const;
export type ProtectionReason = (typeof protectionReasons)[number];

interface Protection {
  readonly state: ProtectionState;
  /** The gravest first; none where everything is as it should be. */
  readonly reasons: readonly ProtectionReason[];
}

/** So long after it was due a backup is late: it may take its time to begin (as the core's schedules count). */
const lateAfterMs = 2 * 60_000;

const grave: ReadonlySet<ProtectionReason> = new Set(['backups-down', 'no-backup', 'overdue']);

/** Whether the data would survive this machine, and what is missing. `now`: epoch milliseconds. */
export function protectionOf(
  { managers, protection }: Pick<Status, 'managers' | 'protection'>,
  { now, backingUp }: { readonly now: number; readonly backingUp: boolean },
): Protection {
  const { lastBackup, lastVerifiedRestore, nextRun, unprotected, sameDisk } = protection;
  const holds: Readonly<Record<ProtectionReason, boolean>> = {
    'backups-down': managers.backups.state === 'down',
    'backups-degraded': managers.backups.state === 'degraded',
    'no-backup': lastBackup === null,
    // the next run stays in the past until the backup that is being made is there
    overdue: nextRun !== null && now - Date.parse(nextRun) > lateAfterMs && !backingUp,
    unprotected: unprotected > 0 && lastBackup !== null,
    'same-disk': sameDisk,
    'restore-unproven': lastVerifiedRestore === null && lastBackup !== null,
  };
  const reasons = protectionReasons.filter((reason) => holds[reason]);
  if (reasons.length === 0) return { state: 'protected', reasons };
  return { state: reasons.some((reason) => grave.has(reason)) ? 'not' : 'partly', reasons };
}
