import type { OwnerProtection } from '../../../shared/contract/backups/drills.ts';

/** What a drill measured. */
interface Measured {
  readonly bytes: number | null;
  readonly durationMs: number | null;
}

/** How long a restore of so many bytes would take, by the median throughput of drills; null where none has measured it. */
export function forecastOf(drills: readonly Measured[], bytes: number): OwnerProtection['forecast'] {
  const speeds = drills.flatMap(({ bytes: restored, durationMs }) =>
    restored === null || restored === 0 || durationMs === null ? [] : [restored / Math.max(durationMs, 1)],
  );
  if (speeds.length === 0) return null;
  const bytesPerMs = median(speeds);
  return {
    durationMs: Math.ceil(bytes / bytesPerMs),
    bytes,
    bytesPerSecond: bytesPerMs * 1000,
    drills: speeds.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
