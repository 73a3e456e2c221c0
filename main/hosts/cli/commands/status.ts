import type { Command } from 'commander';
import type { Status } from '../../../../shared/contract/suite.ts';
import { duration, facts, plain, size } from '../output/text.ts';
import type { Run } from '../run.ts';

export function addStatus(program: Command, run: Run): void {
  program
    .command('status')
    .description('health of the managers, protection, proof horizon')
    .action(() => run.operation((client) => client.suite.getStatus({}), { text: statusText }));
}

function statusText(status: Status): string {
  const { managers, protection, log, disk } = status;
  const health = Object.entries(managers).map(
    ([name, { state, problem }]) => [name, problem === null ? state : `${state}: ${problem}`] as const,
  );
  const text = facts([
    ['installation', status.installationId],
    ['version', status.version],
    ...health,
    ['last backup', protection.lastBackup ?? 'never'],
    ['last verified restore', protection.lastVerifiedRestore ?? 'never'],
    ...objectivesText(protection.objectives),
    ['next run', protection.nextRun ?? 'none scheduled'],
    ['tenants without backup', protection.unprotected],
    ['backups on the same disk', protection.sameDisk ? 'yes' : 'no'],
    ['log entries', log.size],
    ['log root', log.root],
    ['log horizon', log.horizon.note],
    ['log verified', verifiedText(log.lastVerification)],
    ['secrets', status.secrets.mode],
    ['disk encryption', disk.method === null ? disk.encryption : `${disk.encryption} (${disk.method})`],
    ['free', size(disk.freeBytes)],
  ]);
  return [text, ...status.warnings.map((warning) => `! ${plain(warning)}`)].join('\n');
}

function verifiedText(last: Status['log']['lastVerification']): string {
  if (last === null) return 'never';
  const { time, verdict, entries, firstProblem, acknowledged } = last;
  const found = firstProblem === null ? '' : `: ${firstProblem}${acknowledged ? ' (acknowledged)' : ''}`;
  return `${time}, ${entries} entries, ${verdict}${found}`;
}

function objectivesText(objectives: Status['protection']['objectives']): (readonly [string, string])[] {
  const { owners, mistakeUpTo, continuous, lostDiskUpTo, proven, forecast, failedDrills } = objectives;
  return [
    ['after a mistake, all back to', mistakeUpTo ?? 'not all: something has no backup'],
    ['every commit captured', `${continuous} of ${owners}`],
    ['after a lost disk, all back to', lostDiskUpTo ?? 'not all: something lies on this machine only'],
    ['restores proven', `${proven} of ${owners}`],
    [
      'time to restore, forecast',
      forecast === null
        ? 'not measured: run a drill'
        : `${duration(forecast.durationMs)} for ${size(forecast.bytes)} (${forecast.measured} of ${owners} measured)`,
    ],
    ...(failedDrills === 0 ? [] : [['drills failed', String(failedDrills)] as const]),
  ];
}
