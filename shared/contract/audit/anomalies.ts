import { z } from 'zod';
import { anomalyKinds, learningReasons } from '../../anomalies.ts';
import { count, timestamp, uuid } from '../values.ts';

/**
 * One reason why something is unusual. What the numbers are, by kind:
 * `first-…`: `value` 0 times before; of `of` days before that, `expected` brought something new of this kind, or (`first-hours`)
 * had something within two hours of this time of day.
 * `rare-action`: `value` times among `of` entries before, which is `expected` bits; what is beyond 7 counts.
 * `volume`: `value` entries in an hour; `expected` is the median it is nearest to, `spread` the robust standard deviation.
 * `failures`: `value` of `of` entries in an hour; at most `expected` percent failed before (Wilson, 95 %).
 * `new-operator`: `value` 0 times before; among `of` entries of operators, of whom `expected` were there on one day only.
 */
export const anomalyContribution = z.object({
  kind: z.enum(anomalyKinds),
  /** The action, kind of resource, source, hours (UTC) or operator's pseudonym. */
  what: z.string().nullable(),
  value: z.number(),
  of: z.number().nullable(),
  expected: z.number(),
  spread: z.number().nullable(),
  /** In bits. */
  score: z.number(),
  /** Index of the entry that shows it. */
  entry: count,
  /** The same in the weeks before, the oldest first: of that hour of the week for `volume` and `failures`, of all the week for `rare-action`. */
  earlier: z.array(z.number()),
});
export type AnomalyContribution = z.infer<typeof anomalyContribution>;

export const anomaly = z.object({
  /** In bits: the sum of what contributes. */
  score: z.number(),
  /** As it was when the alert was raised. */
  needed: z.number(),
  /** Looked at was what lies between. */
  from: timestamp,
  to: timestamp,
  /** Index of the first entry that was looked at, and of the last. */
  firstEntry: count,
  lastEntry: count,
  /** Of the actor, or of the log: on how many days there was anything, and how many entries. */
  days: count,
  entries: count,
  contributions: z.array(anomalyContribution),
});
export type AlertAnomaly = z.infer<typeof anomaly>;

export const anomalyBaseline = z.object({
  /** Null: the installation's log. */
  tenantId: uuid.nullable(),
  logId: z.string(),
  state: z.enum(['learning', 'watching']),
  /** Why it is still learning. */
  reasons: z.array(z.enum(learningReasons)),
  /** Days since the first one that is looked at, and entries of people and services. */
  days: count,
  entries: count,
  /** Still to come. */
  daysLeft: count,
  entriesLeft: count,
});
export type AnomalyBaseline = z.infer<typeof anomalyBaseline>;
