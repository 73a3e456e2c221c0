/** What a tamper drill does to a copy of the log, in the order in which it does it. */
export const tamperAttacks = [
  'entry-edited',
  'entry-backdated',
  'entry-deleted',
  'entry-inserted',
  'entries-swapped',
  'entry-renamed',
  'opening-removed',
  'key-deleted',
  'openings-swapped',
  'tail-cut',
  'rolled-back',
  'tile-edited',
  'tile-root-edited',
  'head-forged',
  'checkpoint-deleted',
  'signed-anew',
  'replaced-key',
  'handing-over-removed',
  'database-replaced',
  'log-deleted',
  'logs-swapped',
  'vouching-ended',
  'pruned-early',
  'witness-planted',
  'witness-removed',
  'authority-planted',
  'timestamp-moved',
  'timestamp-removed',
  'retention-put-back',
] as const;
export type TamperAttack = (typeof tamperAttacks)[number];

/** `unguarded`: only something outside the database could tell, and there is nothing yet. */
export const tamperOutcomes = ['caught', 'missed', 'unguarded', 'not-applicable'] as const;
export type TamperOutcome = (typeof tamperOutcomes)[number];

/** Why an attack cannot be tried on a log. */
export const tamperObstacles = [
  'few-entries',
  'no-openings',
  'no-full-tile',
  'never-rotated',
  'no-tenant-log',
  'one-tenant-log',
  'large-tenant-logs',
  'no-witness',
  'no-timestamp',
  'no-retention',
] as const;
export type TamperObstacle = (typeof tamperObstacles)[number];
