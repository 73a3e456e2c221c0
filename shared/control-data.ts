/**
 * What happens to a table of control.db when the installation's own data are set back to an earlier moment. back: rows of then come
 * back, as far as nothing is given by that which was taken since. stays: as it is now.
 */
type Fate = 'back' | 'stays';

interface ControlTable {
  /** What people call its rows; null: bookkeeping that says nothing by itself. */
  readonly data: string | null;
  readonly fate: Fate;
}

/** Every table of control.db (docs/decisions/0061-control-data-of-a-moment.md). */
export const controlTables = {
  operator: { data: 'operators', fate: 'back' },
  tenants: { data: 'tenants', fate: 'back' },
  principals: { data: 'users-and-bots', fate: 'back' },
  api_key: { data: 'api-keys', fate: 'back' },
  schedules: { data: 'backup-schedules', fate: 'back' },
  retention_policies: { data: 'retention-policies', fate: 'back' },
  protected_folders: { data: 'protected-folders', fate: 'back' },
  audit_filters: { data: 'saved-filters', fate: 'back' },
  settings: { data: 'settings', fate: 'stays' },
  session: { data: 'sessions', fate: 'stays' },
  sign_in_failure: { data: 'failed-sign-ins', fate: 'stays' },
  slugs: { data: null, fate: 'stays' },
  doomed_subjects: { data: null, fate: 'stays' },
  job: { data: 'jobs', fate: 'stays' },
  notices: { data: 'notices', fate: 'stays' },
  snapshots: { data: 'snapshots', fate: 'stays' },
  folder_snapshots: { data: 'folder-snapshots', fate: 'stays' },
  restores: { data: 'restores', fate: 'stays' },
  restore_requests: { data: null, fate: 'stays' },
  control_restores: { data: null, fate: 'stays' },
  control_restore_access: { data: null, fate: 'stays' },
  drills: { data: 'drills', fate: 'stays' },
  schedule_runs: { data: 'schedule-runs', fate: 'stays' },
  schedule_skips: { data: null, fate: 'stays' },
  holds: { data: 'legal-holds', fate: 'stays' },
  removal_marks: { data: 'removals', fate: 'stays' },
  prunes_due: { data: null, fate: 'stays' },
  commit_times: { data: null, fate: 'stays' },
  stored_days: { data: null, fate: 'stays' },
  backup_measures: { data: null, fate: 'stays' },
  protection_marks: { data: null, fate: 'stays' },
  backup_targets: { data: 'backup-targets', fate: 'stays' },
  backup_copies: { data: 'backup-copies', fate: 'stays' },
  former_recovery_keys: { data: 'former-recovery-keys', fate: 'stays' },
  targets_with_former_key: { data: null, fate: 'stays' },
  erasures: { data: 'erased-tenants', fate: 'stays' },
  erasure_places: { data: null, fate: 'stays' },
  subject_erasures: { data: 'erased-people', fate: 'stays' },
  subject_erasure_places: { data: null, fate: 'stays' },
  forward_destinations: { data: 'log-destinations', fate: 'stays' },
  forward_cursors: { data: null, fate: 'stays' },
  dead_letters: { data: 'dead-letters', fate: 'stays' },
  alerts: { data: 'alerts', fate: 'stays' },
  alert_mutes: { data: 'muted-alerts', fate: 'stays' },
  alert_cursors: { data: null, fate: 'stays' },
  alerts_not_before: { data: null, fate: 'stays' },
  anomaly_days: { data: null, fate: 'stays' },
  audit_retention: { data: 'log-retention', fate: 'stays' },
  audit_retention_changes: { data: 'log-retention-changes', fate: 'stays' },
  audit_holds: { data: 'log-holds', fate: 'stays' },
  audit_archive: { data: 'log-archive', fate: 'stays' },
  breaches: { data: 'breaches', fate: 'stays' },
  breach_tenants: { data: null, fate: 'stays' },
  commit_clock: { data: null, fate: 'stays' },
  outbox: { data: null, fate: 'stays' },
} as const satisfies Record<string, ControlTable>;

type Tables = typeof controlTables;

/** A table whose rows go back. */
export type SetBackTable = {
  [Name in keyof Tables]: Tables[Name]['fate'] extends 'back' ? Name : never;
}[keyof Tables];
