import type { BackupSchedule } from '../../../shared/contract/backups/schedules.ts';

const shown = 5;

type Times = Pick<BackupSchedule, 'lastBackup' | 'nextRun'>;

/** Those that are backed up next by schedule, the first of them first. */
export function nextOwners<Schedule extends Times>(schedules: readonly Schedule[]): Schedule[] {
  return schedules
    .filter(({ nextRun }) => nextRun !== null)
    .sort((left, right) => time(left.nextRun) - time(right.nextRun))
    .slice(0, shown);
}

/** Whose newest backup is the oldest; one without any comes before all others. undefined without owners. */
export function longestWithout<Schedule extends Times>(schedules: readonly Schedule[]): Schedule | undefined {
  let longest: Schedule | undefined;
  for (const schedule of schedules) {
    if (longest === undefined || time(schedule.lastBackup) < time(longest.lastBackup)) longest = schedule;
  }
  return longest;
}

function time(rfc3339: string | null): number {
  return rfc3339 === null ? Number.NEGATIVE_INFINITY : Date.parse(rfc3339);
}
