import type { Problem } from './verify-log.ts';
import type { Told } from './verify-witnesses.ts';

export interface RetentionCheck {
  readonly logId: string;
  readonly epoch: number;
  /** What stands for the rows that decide how long the log is kept. */
  readonly state: string;
}

/** Compares what decides how long the log is kept with what its newest leaf told of it, if any leaf of this epoch did. */
export function retentionProblems({ logId, epoch, state }: RetentionCheck, told: readonly Told[]): Problem[] {
  const [newest] = told
    .filter((leaf) => leaf.epoch === epoch && leaf.record.act === 'log.retention.sealed')
    .sort((one, other) => other.index - one.index);
  if (newest === undefined || newest.record.x?.state === state) return [];
  const reason =
    'what decides how long the log is kept is not what this entry tells: days, holds or the folder of archives were changed outside Holdfast, or put back as they once were';
  return [{ logId, index: newest.index, reason }];
}
