import type { Command } from 'commander';
import type { BackupForecast, Comparison } from '../../../../shared/contract/backups/forecast.ts';
import { duration, facts, size, table } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly tenant?: string;
  readonly installation?: true;
}

/** `backup forecast`: when targets are full, and what backups take. */
export function addForecast(backup: Command, run: Run): void {
  backup
    .command('forecast')
    .description('when each target is full, and whether backups take more than usual')
    .option('--tenant <tenant>', 'with the trend of one tenant, by id or slug')
    .option('--installation', "with the installation's own")
    .addHelpText('after', '\nExample:\n  holdfast backup forecast --tenant acme')
    .action((options: Options) =>
      run.operation((client) => client.backups.getBackupForecast(options), { text: forecastText }),
    );
}

function forecastText({ targets, owner }: BackupForecast): string {
  const first = table(
    ['TARGET', 'FREE', 'USED ON ITS DISK', 'GROWS A DAY', 'FULL', 'FROM DAYS'],
    targets.map(({ name, disk, days, forecast }) => [
      name === '' ? 'first' : name,
      disk === null ? 'unknown' : size(disk.freeBytes),
      disk === null ? 'unknown' : size(disk.usedBytes),
      forecast === null ? 'not enough history' : signed(forecast.bytesPerDay.middle),
      forecast === null ? '' : fullText(forecast),
      days,
    ]),
  );
  if (owner === null) return first;
  const newest = owner.backups.at(-1);
  const trend = facts([
    ['of', owner.tenantId ?? 'installation'],
    ['backups measured', owner.backups.length],
    ...(newest === undefined ? [] : [['newest', `${newest.time}, ${newest.kind}`] as const]),
    ['duration', comparisonText(owner.duration, duration)],
    ['size', comparisonText(owner.size, size)],
  ]);
  return `${first}\n\n${trend}`;
}

function fullText({
  fullInDays,
  earliestInDays,
  latestInDays,
  fullOn,
}: NonNullable<BackupForecast['targets'][number]['forecast']>): string {
  if (fullInDays === null) return 'it does not grow';
  const days = (value: number) => Math.floor(value).toString();
  const range = `${earliestInDays === null ? '' : days(earliestInDays)}-${latestInDays === null ? '' : days(latestInDays)}`;
  return `in ${days(fullInDays)} days (${range})${fullOn === null ? '' : `, about ${fullOn.slice(0, 10)}`}`;
}

function comparisonText(compared: Comparison | null, format: (value: number) => string): string {
  if (compared === null) return 'not enough backups to compare';
  const { latest, usual, limit, unusual, compared: count } = compared;
  const more = unusual ? 'more than usual: ' : '';
  return `${more}${format(latest)}; usually ${format(Math.round(usual))}, up to ${format(Math.round(limit))} (${count} backups)`;
}

function signed(bytesPerDay: number): string {
  return bytesPerDay < 0 ? `-${size(Math.round(-bytesPerDay))}` : size(Math.round(bytesPerDay));
}
