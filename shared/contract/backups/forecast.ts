import { z } from 'zod';
import { operation } from '../operation.ts';
import { bytes, count, tenantReference, timestamp, uuid } from '../values.ts';

const growth = z.object({ middle: z.number(), low: z.number(), high: z.number() });

const targetForecast = z.object({
  /** null: the first, which backups are written to. */
  targetId: uuid.nullable(),
  name: z.string(),
  /** Of its disk, whoever uses it; null while it is away or does not tell. */
  disk: z.object({ usedBytes: bytes, freeBytes: bytes }).nullable(),
  /** Days that the forecast comes from: at most 30, and at least 7 for there to be one. */
  days: count,
  /** null: the history is too short, or it is not known how much is free. */
  forecast: z
    .object({
      /** What backups add, less what retention removes: the median, and between what 80 % of the days lie. */
      bytesPerDay: growth,
      /** null: it does not grow. */
      fullInDays: z.number().nonnegative().nullable(),
      earliestInDays: z.number().nonnegative().nullable(),
      latestInDays: z.number().nonnegative().nullable(),
      fullOn: timestamp.nullable(),
    })
    .nullable(),
});
export type TargetForecast = z.infer<typeof targetForecast>;

const comparison = z.object({
  latest: z.number(),
  /** The median of those before it, and their median deviation. */
  usual: z.number(),
  spread: z.number(),
  /** Above this it is unusual: twice the usual, and five deviations above it. */
  limit: z.number(),
  compared: count,
  unusual: z.boolean(),
});
export type Comparison = z.infer<typeof comparison>;

const measured = z.object({
  time: timestamp,
  kind: z.enum(['full', 'incremental']),
  bytes,
  durationMs: count,
});

const ownerTrend = z.object({
  tenantId: uuid.nullable(),
  /** Oldest first, at most 100. */
  backups: z.array(measured),
  /** The newest one against up to 20 of its kind before it; null: fewer than eight there are. */
  duration: comparison.nullable(),
  size: comparison.nullable(),
});
export type OwnerTrend = z.infer<typeof ownerTrend>;

const backupForecast = z.object({
  targets: z.array(targetForecast),
  /** Of the owner that was asked for. */
  owner: ownerTrend.nullable(),
});
export type BackupForecast = z.infer<typeof backupForecast>;

export const forecastOperations = {
  /** When targets are full, and whether an owner's newest backup took more than usual; each with what it comes from. */
  getBackupForecast: operation({ permission: 'backups:read' })
    .input(z.object({ tenant: tenantReference.optional(), installation: z.literal(true).optional() }))
    .output(backupForecast),
};
