import { z } from 'zod';
import { anomalyKinds } from '../../../../shared/anomalies.ts';

/** One reason why something is unusual; numbers to hundredths, shapes as in the contract. */
const contribution = z.object({
  kind: z.enum(anomalyKinds),
  what: z.string().nullable(),
  value: z.number(),
  of: z.number().nullable(),
  expected: z.number(),
  spread: z.number().nullable(),
  score: z.number(),
  entry: z.int(),
  earlier: z.array(z.number()),
});
export type Contribution = z.infer<typeof contribution>;

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
  contributions: z.array(contribution),
});
export type Anomaly = z.infer<typeof anomaly>;

export const parseAnomaly = (json: string): Anomaly => anomaly.parse(JSON.parse(json));
