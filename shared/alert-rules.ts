/** What alerts are raised by; main/audit/alerts says how each is found, alert-words.ts what it means. */
export const alertRuleIds = [
  'sign-in-failures',
  'sign-in-failures-overall',
  'operator-added',
  'owner-added',
  'operator-disabled',
  'operator-tampered',
  'key-of-all-scopes',
  'mass-export',
  'mass-file-reading',
  'retention-lowered',
  'backup-forgotten',
  'hold-lifted',
  'target-removed',
  'folder-unprotected',
  'tenant-erased',
  'sample-deleted',
  'recovery-key-replaced',
  'signing-key-replaced',
  'log-contradicted',
  'log-acknowledged',
  'witness-removed',
  'event-refused',
  'log-silent',
  'clock-turned',
  'rule-muted',
  'refusals',
  'failures-overall',
  'unusual-actor',
  'unusual-log',
] as const;
export type AlertRuleId = (typeof alertRuleIds)[number];

/** Whose entries are counted together: what one person did, what was done to one thing, or all of a log. */
export const alertSubjects = ['actor', 'resource', 'log'] as const;
export type AlertSubject = (typeof alertSubjects)[number];
