import type { OwnerProtection } from '../../../shared/contract/backups/drills.ts';

const shown = 5;

/** Those whose way back is the least sure: a failed drill, no backup, never proven, then the oldest proof. */
export function leastSure(owners: readonly OwnerProtection[]): OwnerProtection[] {
  return [...owners]
    .sort((left, right) => rank(left) - rank(right) || proof(left) - proof(right))
    .slice(0, shown);
}

function rank({ drills, mistake, lastProof }: OwnerProtection): number {
  if (drills.last?.outcome === 'failed') return 0;
  if (mistake.upTo === null) return 1;
  if (lastProof === null) return 2;
  return drills.overdue ? 3 : 4;
}

function proof({ lastProof }: OwnerProtection): number {
  return lastProof === null ? 0 : Date.parse(lastProof.time);
}
