import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { toRfc3339 } from '../../../../shared/clock.ts';
import {
  type BundleReport,
  basisText,
  periodText,
  sealedText,
  stampText,
  statusText,
  verifyBundle,
} from '../../../suite/verify-bundle.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { facts, plain, table } from '../output/text.ts';
import type { Run } from '../run.ts';

/** What holdfast-verify.mjs does, in this process; it needs no installation. */
export function addVerifyBundle(program: Command, run: Run): void {
  const here = (file: string) => resolve(run.terminal.workingFolder, file);
  program
    .command('verify-bundle')
    .description(
      'check an exported audit log; exit status 2 when tampered, 3 when the key or a witness is missing',
    )
    .argument('<file>', 'a *.hfbundle.zip')
    .option('--key <key>', "the installation's verifier key, from the recovery kit or `holdfast audit key`")
    .option('--policy <file>', 'a C2SP tlog-policy: trusted keys, demanded witnesses')
    .action(async (file: string, { key, policy }: { key?: string; policy?: string }) => {
      const text = policy === undefined ? undefined : await readFile(here(policy), 'utf8');
      const report = await verifyBundle(here(file), { key, policy: text });
      run.answer(report, { text: reportText, status: reportStatus });
    });
}

function reportText(report: BundleReport) {
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

const reportStatus = ({ verdict }: BundleReport): ExitStatus =>
  ({
    verified: exitStatus.done,
    tampered: exitStatus.integrity,
    incomplete: exitStatus.incomplete,
  })[verdict];
