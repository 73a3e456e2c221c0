/** How long a log is kept where nobody has said otherwise: six years and a day. */
export const usualRetentionDays = 2_192;

/** Nobody may keep it for less; alerts and forwarding look back that far. */
export const leastRetentionDays = 30;
export const mostRetentionDays = 36_500;

/** What an entry is about: the class of OCSF 1.6 that its action is told as. A class may have days of its own. */
export const recordClasses = [
  'authentication',
  'session',
  'account',
  'entity',
  'data',
  'application',
  'log',
  'api',
] as const;
export type RecordClass = (typeof recordClasses)[number];

/** What keeps entries from being pruned that are old enough. */
export const retentionObstacles = ['hold', 'class', 'forwarding', 'alerts', 'anchor', 'newest'] as const;
export type RetentionObstacle = (typeof retentionObstacles)[number];
