import { toRfc3339 } from '../../../../shared/clock.ts';
import {
  type BundleReport,
  basisText,
  periodText,
  sealedText,
  stampText,
  statusText,
} from '../../../suite/verify-bundle.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { facts, plain, table } from './text.ts';

/** What a verification of a bundle found, for people. */
export function reportText(report: BundleReport) {
  const { verdict, log, key, entries, problems, missing, trustworthy, archived, notProven } = report;
  const list = (mark: string, reasons: readonly string[]) =>
    reasons.map((reason) => plain(`${mark} ${reason}`));
  return [
    facts([
      ['verdict', verdict],
      ['log', log],
      ['signed by', key],
      ['entries', entries],
      ['period', periodText(report.period)],
      ['sealed', sealedText(report)],
      ...(archived === null
        ? []
        : ([
            [
              'archived',
              `the entries before ${archived.to}; those from ${archived.from} on in ${archived.file}, manifest ${archived.manifest}`,
            ],
          ] as const)),
      ['trustworthy', trustworthy],
      ...report.witnessed.map(
        ({ witness, entries: seen, time }) =>
          ['witnessed', `${seen} of ${entries} entries by ${witness} at ${toRfc3339(time * 1000)}`] as const,
      ),
      ...report.timestamped.map((stamp) => ['time-stamped', stampText({ ...stamp, of: entries })] as const),
    ]),
    ...list(
      '!',
      problems.map(({ index, reason }) => (index === null ? reason : `entry ${index}: ${reason}`)),
    ),
    ...list('-', missing),
    ...controlsTable(report),
    'Not proven:',
    ...list(' ', notProven),
  ].join('\n');
}

const controlsTable = ({ controls }: BundleReport) =>
  controls.length === 0
    ? []
    : [
        table(
          ['STANDARD', 'CONTROL', 'FOUND', 'RESTS ON'],
          controls.map((control) => [control.standard, control.id, statusText(control), basisText(control)]),
        ),
      ];

export const reportStatus = ({ verdict }: BundleReport): ExitStatus =>
  ({
    verified: exitStatus.done,
    tampered: exitStatus.integrity,
    incomplete: exitStatus.incomplete,
  })[verdict];
