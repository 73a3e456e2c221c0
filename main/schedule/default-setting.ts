import type { ScheduleSetting } from '../../shared/contract/backups/schedules.ts';

/** What applies where nobody set a schedule: the tier's times, made up for once, one after the other. */
export function defaultSetting(timeZone: string): ScheduleSetting {
  return {
    times: { kind: 'tier' },
    timeZone,
    missed: 'run-once',
    overlap: 'queue',
    blackouts: [],
    paused: null,
  };
}
