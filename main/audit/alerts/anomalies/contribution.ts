import { z } from 'zod';
import {
  type AnomalyContribution,
  anomalyContribution,
} from '../../../../shared/contract/audit/anomalies.ts';

/** One reason why something is unusual; numbers to hundredths. */
export type Contribution = AnomalyContribution;

/** What is kept with an alert of the statistics. */
const anomaly = z.object({
  /** In bits: the sum of what contributes. */
  score: z.number(),
  /** Needed, as it was then. */
  needed: z.number(),
  /** Whole days since 1970 (UTC): looked at are the days before. */
  day: z.int(),
  /** Index of the first entry that was looked at, and of the last. */
  from: z.int(),
  to: z.int(),
  /** How many of those days had entries, and how many there were. */
  days: z.int(),
  entries: z.int(),
  contributions: z.array(anomalyContribution),
});
export type Anomaly = z.infer<typeof anomaly>;

export const parseAnomaly = (json: string): Anomaly => anomaly.parse(JSON.parse(json));
