import type { RecoveryObjectives } from '../../shared/contract/backups/drills.ts';

/** Two owners of whom everything comes back. */
export const allWell: RecoveryObjectives = {
  owners: 2,
  mistakeUpTo: '2026-11-25T11:00:00.000Z',
  continuous: 1,
  lostDiskUpTo: '2026-11-25T11:00:00.000Z',
  proven: 2,
  oldestProof: '2026-11-20T11:00:00.000Z',
  forecast: { durationMs: 90_000, bytes: 5e8, measured: 2 },
  failedDrills: 0,
  overdueDrills: 0,
};
