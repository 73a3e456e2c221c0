/** What makes a finding of the statistics: main/audit/alerts/anomalies says how each is reckoned. */
export const anomalyKinds = [
  'first-action',
  'first-resource',
  'first-source',
  'first-hours',
  'rare-action',
  'volume',
  'failures',
  'new-operator',
] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** Why the statistics of a log raise nothing yet. */
export const learningReasons = ['days', 'entries', 'too-many-actors'] as const;

/** So many days are looked back on, and so many have to be there before anything is raised. */
export const baselineDays = 56;
export const learningDays = 14;
/** So many entries of people and services have to be there as well. */
export const learningEntries = 200;
