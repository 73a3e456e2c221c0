import type { Command } from 'commander';
import { systemClock, toRfc3339 } from '../../../../shared/clock.ts';
import type {
  BackupSchedule,
  Blackout,
  Schedule,
  ScheduledRun,
  ScheduleSetting,
  ScheduleTimes,
} from '../../../../shared/contract/backups/schedules.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { durationPattern, toMilliseconds } from '../arguments/duration.ts';
import { parseTime } from '../arguments/time.ts';
import { usage } from '../failure.ts';
import { facts, pageText, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { parseBlackout, parseWeekdays, weekdaysText } from './schedule-words.ts';

interface OwnerOptions {
  readonly tenant?: string;
  readonly installation?: true;
}

interface SettingOptions {
  readonly cron?: string;
  /** Milliseconds. */
  readonly every?: number;
  readonly at?: string;
  readonly on?: string;
  readonly tierTimes?: true;
  readonly zone?: string;
  readonly missed?: ScheduleSetting['missed'];
  readonly overlap?: ScheduleSetting['overlap'];
  /** commander answers false for --no-blackout. */
  readonly blackout?: readonly string[] | false;
}

/** `holdfast backup schedule`. */
export function addSchedule(backup: Command, run: Run): void {
  const group = backup.command('schedule').description('when backups are made by themselves');

  addPaging(group.command('list').description('who is backed up when, and whether that works')).action(
    (options: PagingOptions) =>
      run.operation((client) => client.backups.listSchedules(options), {
        text: ({ items, next }) => pageText(listText(items), next),
      }),
  );

  addOwner(group.command('show').description('the schedule that applies')).action((options: OwnerOptions) =>
    run.operation((client) => client.backups.getSchedule(ownerOf(options)), { text: scheduleText }),
  );

  addSetting(addOwner(group.command('set').description('change the schedule; what is not given stays')))
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast backup schedule set --tenant acme --at 02:30 --zone Europe/Berlin\n  holdfast backup schedule set --tenant acme --cron "15 */6 * * *" --blackout "mon-fri 08:00-18:00"',
    )
    .action((options: OwnerOptions & SettingOptions) => {
      const owner = ownerOf(options);
      return run.operation(
        async (client) =>
          client.backups.setSchedule({
            ...owner,
            setting: settingOf(await presentSetting(client, owner), options),
          }),
        { text: scheduleText },
      );
    });

  addOwner(group.command('reset').description('back to what the tier says')).action((options: OwnerOptions) =>
    run.operation((client) => client.backups.resetSchedule(ownerOf(options)), { text: scheduleText }),
  );

  addSetting(
    addOwner(
      group.command('preview').description('the next runs, of a changed schedule too; changes nothing'),
    ),
  )
    .option('--runs <count>', 'so many', (text) => countOf(text))
    .action(({ runs, ...options }: OwnerOptions & SettingOptions & { runs?: number }) => {
      const owner = ownerOf(options);
      return run.operation(
        async (client) =>
          client.backups.previewSchedule({
            ...owner,
            setting: settingOf(await presentSetting(client, owner), options),
            runs,
          }),
        { text: ({ runs: next, timeZone }) => previewText(next, timeZone) },
      );
    });

  addOwner(
    group.command('pause').description('no backups by schedule until a time; overdue ones are still told'),
  )
    .requiredOption('--until <time>', 'when it ends by itself: RFC 3339, or from now such as 2h or 3d', endOf)
    .requiredOption('--reason <text>', 'shown with the schedule, and in the audit log')
    .action(({ until, reason, ...options }: OwnerOptions & { until: string; reason: string }) => {
      const owner = ownerOf(options);
      return run.operation(
        async (client) =>
          client.backups.setSchedule({
            ...owner,
            setting: { ...(await presentSetting(client, owner)), paused: { reason, until } },
          }),
        { text: scheduleText },
      );
    });

  addOwner(group.command('resume').description('end a pause now')).action((options: OwnerOptions) => {
    const owner = ownerOf(options);
    return run.operation(
      async (client) =>
        client.backups.setSchedule({
          ...owner,
          setting: { ...(await presentSetting(client, owner)), paused: null },
        }),
      { text: scheduleText },
    );
  });
}

function addOwner(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--installation', "the installation's own");
}

function addSetting(command: Command): Command {
  return command
    .option('--cron <expression>', 'minute, hour, day of the month, month, weekday')
    .option('--every <duration>', 'so long after the last backup, such as 6h or 2d', toMilliseconds)
    .option('--at <times>', 'at these times, such as 02:30 or 02:30,14:30')
    .option('--on <weekdays>', 'with --at: on these days, such as mon-fri or sat,sun; every day by default')
    .option('--tier-times', 'as often as the tier says')
    .option('--zone <zone>', 'times are by the clock of this zone, such as Europe/Berlin')
    .option('--missed <policy>', 'what was due while nothing ran: run-once or skip')
    .option('--overlap <policy>', 'what is due while one still runs: queue or skip')
    .option(
      '--blackout <window...>',
      'no run begins then, such as "mon-fri 08:00-18:00"; replaces all windows',
    )
    .option('--no-blackout', 'without windows');
}

function ownerOf({ tenant, installation }: OwnerOptions): OwnerOptions {
  if ((tenant === undefined) === (installation === undefined)) {
    throw usage('Give one of --tenant and --installation.');
  }
  return tenant === undefined ? { installation: true } : { tenant };
}

async function presentSetting(client: HoldfastClient, owner: OwnerOptions): Promise<ScheduleSetting> {
  return (await client.backups.getSchedule(owner)).setting;
}

function settingOf(present: ScheduleSetting, options: SettingOptions): ScheduleSetting {
  const { zone, missed, overlap, blackout } = options;
  return {
    ...present,
    times: timesOf(options) ?? present.times,
    ...(zone === undefined ? {} : { timeZone: zone }),
    ...(missed === undefined ? {} : { missed }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(Array.isArray(blackout) ? { blackouts: blackout.map(parseBlackout) } : {}),
    ...(blackout === false ? { blackouts: [] } : {}),
  };
}

function timesOf({ cron, every, at, on, tierTimes }: SettingOptions): ScheduleTimes | undefined {
  if ([cron, every, at, tierTimes].filter((given) => given !== undefined).length > 1) {
    throw usage('Give one of --cron, --every, --at, --tier-times.');
  }
  if (on !== undefined && at === undefined) throw usage('--on goes with --at.');
  if (cron !== undefined) return { kind: 'cron', expression: cron };
  if (every !== undefined) return { kind: 'every', minutes: every / 60_000 };
  if (at !== undefined) {
    return { kind: 'at', times: at.split(','), weekdays: parseWeekdays(on ?? 'mon-sun') };
  }
  return tierTimes ? { kind: 'tier' } : undefined;
}

function endOf(text: string): string {
  if (durationPattern.test(text) && !text.includes('T')) {
    return toRfc3339(systemClock.now() + toMilliseconds(text));
  }
  return parseTime(text, systemClock.now());
}

function countOf(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw usage('--runs is a number from 1 to 50.');
  return Number(text);
}

function timesText(times: ScheduleTimes, tier: string): string {
  if (times.kind === 'tier') return tier;
  if (times.kind === 'every') return `every ${times.minutes} min`;
  if (times.kind === 'cron') return `cron ${times.expression}`;
  return `${times.times.join(', ')} ${weekdaysText(times.weekdays)}`;
}

const windowText = ({ weekdays, from, to }: Blackout) => `${weekdaysText(weekdays)} ${from}-${to}`;

const scheduleText = ({ tenantId, setting, set, allowed, tooOften }: Schedule) =>
  facts([
    ['of', tenantId ?? 'installation'],
    ['times', timesText(setting.times, allowed)],
    ...(tooOften ? [['', `more often than the tier allows: ${allowed} applies`] as const] : []),
    ['time zone', setting.timeZone],
    ['missed', setting.missed],
    ['overlap', setting.overlap],
    ['not in', setting.blackouts.map(windowText).join('; ') || 'no window'],
    ['paused', setting.paused === null ? 'no' : `until ${setting.paused.until}: ${setting.paused.reason}`],
    ['set', set === null ? 'never: the tier says it' : `${set.time} by ${set.by ?? 'the system'}`],
  ]);

const listText = (items: readonly BackupSchedule[]) =>
  table(
    ['OF', 'TIMES', 'LAST BACKUP', 'LAST RUN', 'NEXT RUN', 'STATE', 'DRILLS', 'NEXT DRILL'],
    items.map((item) => [
      item.tenantId ?? 'installation',
      timesText(item.times, item.every),
      item.lastBackup,
      item.lastRun?.outcome,
      item.nextRun ?? 'by hand',
      stateText(item),
      item.drill.lastRun === null ? item.drill.every : `${item.drill.every}, ${item.drill.lastRun.outcome}`,
      item.drill.nextRun,
    ]),
  );

function stateText({ overdue, waits, paused, every }: BackupSchedule): string {
  const words = [
    ...(overdue ? ['overdue'] : []),
    ...(paused === null ? [] : ['paused']),
    ...(waits === 'blackout' ? ['waits for the end of a window'] : []),
    ...(waits === 'retry' ? ['tries again'] : []),
  ];
  return words.join(', ') || (every === 'manual' ? 'by hand' : 'on time');
}

const previewText = (runs: readonly ScheduledRun[], timeZone: string) =>
  runs.length === 0
    ? 'By hand only.'
    : table(
        ['RUN (UTC)', timeZone, 'NOTE'],
        runs.map((each) => [each.time, each.shows, noteText(each)]),
      );

function noteText({ effect, wall, shows, waited }: ScheduledRun): string {
  const clock = wall?.slice(11) ?? '';
  return [
    ...(effect === 'missing'
      ? [`${clock} does not exist on ${shows.slice(0, 10)}: runs at ${shows.slice(11)}`]
      : []),
    ...(effect === 'first' ? [`${clock} exists twice: runs at the first`] : []),
    ...(effect === 'again' ? [`${clock} exists twice: runs at the second too`] : []),
    ...(waited === null
      ? []
      : [`due at ${waited.since}, waits for the end of a ${waited.for === 'pause' ? 'pause' : 'window'}`]),
  ].join('; ');
}
