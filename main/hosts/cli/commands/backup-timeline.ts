import type { Command } from 'commander';
import type { BackupTimeline } from '../../../../shared/contract/backups/timeline.ts';
import { parseTime } from '../arguments/time.ts';
import { usage } from '../failure.ts';
import { facts, size, table } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly tenant?: string;
  readonly installation?: true;
  readonly from?: string;
  readonly to?: string;
  readonly at?: string;
}

const partsInText = 24;

/** `backup timeline`: what can be had back, and what a moment stands for. */
export function addTimeline(backup: Command, run: Run): void {
  const moment = (text: string) => parseTime(text, Date.now());
  backup
    .command('timeline')
    .description('what of a tenant, or of the installation, can be had back, and when it changed')
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--installation', "the installation's own")
    .option('--from <time>', 'begin there (default: the oldest state)', moment)
    .option('--to <time>', 'end there (default: now)', moment)
    .option('--at <time>', 'say which commit a restore of this moment brings back', moment)
    .addHelpText('after', '\nExample:\n  holdfast backup timeline --tenant acme --from -2h --at -30m')
    .action(({ tenant, installation, from, to, at }: Options) => {
      if ((tenant === undefined) === (installation === undefined)) {
        throw usage('Give one of --tenant, --installation.');
      }
      const asked = { tenant, installation, from, to, around: at, buckets: partsInText };
      return run.operation((client) => client.backups.getBackupTimeline(asked), { text: timelineText });
    });
}

function timelineText(timeline: BackupTimeline): string {
  const { begins, capturedTo, nearest, snapshots, recorded, gaps, restores } = timeline;
  const parts: (string | undefined)[] = [
    facts([
      ['of', timeline.tenantId ?? 'installation'],
      ['from', timeline.from],
      ['to', timeline.to],
      ['oldest state', begins === null ? 'none' : stateText(begins)],
      ['every commit until', capturedTo ?? 'nothing is captured between backups'],
      ...momentFacts(nearest),
    ]),
    section(
      ['TIME', 'COMMITS', 'SNAPSHOTS'],
      timeline.buckets
        .map((bucket, at) => ({ ...bucket, at }))
        .filter(({ commits, snapshots: made }) => commits + made > 0)
        .map(({ at, commits, snapshots: made }) => [
          new Date(Date.parse(timeline.from) + at * timeline.bucketMs).toISOString(),
          commits,
          made,
        ]),
    ),
    section(
      ['SNAPSHOT', 'TIME', 'KIND', 'COMMIT', 'ADDED', 'VERIFIED', 'REMARKS'],
      snapshots.map((snapshot) => [
        snapshot.id.slice(0, 12),
        snapshot.time,
        snapshot.kind,
        snapshot.commit.seq ?? '',
        size(snapshot.bytesAdded),
        snapshot.verified === null ? '' : `level ${snapshot.verified}`,
        remarks(snapshot),
      ]),
    ),
    section(
      ['EVERY COMMIT FROM', 'TO'],
      recorded.map(({ from, to }) => [from, to]),
    ),
    section(
      ['CANNOT BE HAD FROM', 'TO', 'COMMITS'],
      gaps.map(({ from, to, commits }) => [from, to, commits ?? 'unknown']),
    ),
    section(
      ['RESTORED IN PLACE', 'FROM SNAPSHOT'],
      restores.map(({ time, snapshotId }) => [time, snapshotId.slice(0, 12)]),
    ),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

function section(
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string | undefined {
  return rows.length === 0
    ? undefined
    : table(
        [...heads],
        rows.map((row) => [...row]),
      );
}

function momentFacts(nearest: BackupTimeline['nearest']): [string, string][] {
  if (nearest === null) return [];
  const { at, before, after } = nearest;
  const restored =
    before === null
      ? 'nothing: no backup reaches back so far'
      : before.seq === null && before.exact
        ? 'the last change before it, which the log has without its number'
        : `${stateText(before)}${before.exact ? '' : ', the last state that was kept'}`;
  return [
    [`at ${at}`, restored],
    ['the next state', after === null ? 'none yet' : stateText(after)],
  ];
}

function stateText({ seq, time }: { readonly seq: number | null; readonly time: string }): string {
  return seq === null ? time : `commit ${seq} at ${time}`;
}

function remarks({ held, safety, damaged, goesAfter }: BackupTimeline['snapshots'][number]): string {
  return [
    held ? 'held' : '',
    safety ? 'safety' : '',
    damaged > 0 ? `${damaged} damaged` : '',
    goesAfter === null ? '' : `removed after ${goesAfter}`,
  ]
    .filter((text) => text !== '')
    .join(', ');
}
