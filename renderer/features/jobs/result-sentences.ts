import { evidenceStatuses } from '../../../shared/compliance.ts';
import type { Job } from '../../../shared/contract/suite.ts';
import { formatBytes, formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { list, member, number, text } from '../../ui/json-member.ts';
import { movedSentences, syncSentences } from '../../ui/sync-sentences.ts';

type Told = (result: unknown) => readonly string[];

const mostProblems = 5;

/** What a job that succeeded has brought, in sentences; none for a kind whose results are not known. */
export function resultSentences({ kind, result }: Pick<Job, 'kind' | 'result'>): readonly string[] {
  return (result === null ? undefined : tellers.get(kind))?.(result) ?? [];
}

const restored: Told = (result) => [
  t('jobs.results.restored', {
    rows: number(result, 'rows'),
    files: number(result, 'files'),
    bytes: formatBytes(number(result, 'bytes')),
    level: number(result, 'verifiedLevel'),
    time: formatDuration(number(result, 'durationMs')),
  }),
  ...(text(result, 'folder') === ''
    ? []
    : [t('jobs.results.restoredTo', { folder: text(result, 'folder') })]),
  ...(text(result, 'undoId') === '' ? [] : [t('jobs.results.undoable')]),
];

const tellers = new Map<string, Told>([
  ['backup.create', backedUp],
  ['backup.verify', backupsVerified],
  ['backup.drill', drilled],
  ['backup.restore.plan', planned],
  ['backup.restore.open', opened],
  ['backup.retention.apply', retentionApplied],
  ['backup.retention.simulate', retentionSimulated],
  ['backup.target.sync', syncSentences],
  ['backup.target.move', movedSentences],
  ['backup.restore', restored],
  ['backup.restore.resume', restored],
  ['backup.restore.undo', restored],
  [
    'backup.folder.preview',
    (result) => [
      t('jobs.results.folder', {
        files: number(result, 'files'),
        bytes: formatBytes(number(result, 'bytes')),
        databases: number(result, 'databases'),
      }),
    ],
  ],
  ['data.import', imported],
  ['data.import.undo', (result) => [t('jobs.results.removed', { count: number(result, 'removed') })]],
  [
    'data.export',
    (result) => [
      t('jobs.results.exported', {
        count: number(result, 'documents'),
        bytes: formatBytes(number(result, 'bytes')),
      }),
    ],
  ],
  [
    'file.add',
    (result) => [
      t('jobs.results.fileAdded', { name: text(result, 'name'), bytes: formatBytes(number(result, 'size')) }),
    ],
  ],
  ['file.get', (result) => [t('jobs.results.fileCopied', { bytes: formatBytes(number(result, 'size')) })]],
  ['audit.verify', logVerified],
  [
    'audit.export',
    (result) => [
      t('jobs.results.logExported', {
        count: number(result, 'entries'),
        bytes: formatBytes(number(result, 'bytes')),
      }),
    ],
  ],
  [
    'audit.drill',
    (result) => [
      t('jobs.results.tamperDrill', {
        caught: number(result, 'caught'),
        missed: number(result, 'missed'),
        unguarded: number(result, 'unguarded'),
      }),
    ],
  ],
  ['audit.prune', logPruned],
  ['audit.report', reportMade],
  ['tenant.sample.create', (result) => [t('jobs.results.sampleMade', { name: text(result, 'name') })]],
  ['subject.erase', personErased],
  ['tenant.erase', erasureProved],
  ['tenant.erase.prove', erasureProved],
  ['tenant.sample.delete', () => [t('jobs.results.sampleRemoved')]],
]);

function logPruned(result: unknown): readonly string[] {
  const count = list(result, 'logs').reduce<number>((sum, log) => sum + number(log, 'entries'), 0);
  return [count === 0 ? t('jobs.results.nothingPruned') : t('jobs.results.logPruned', { count })];
}

function reportMade(result: unknown): readonly string[] {
  const totals = member(result, 'totals');
  const controls = evidenceStatuses.reduce((sum, status) => sum + number(totals, status), 0);
  return [t('jobs.results.reportMade', { found: number(totals, 'evidence-for'), controls })];
}

function erasureProved(result: unknown): readonly string[] {
  return [t(member(member(result, 'proof'), 'ok') === true ? 'erasure.proved' : 'erasure.notProved')];
}

function personErased(result: unknown): readonly string[] {
  const isPending = list(result, 'places').some((place) => text(place, 'state') === 'pending');
  return [t(isPending ? 'subject.donePending' : 'subject.done')];
}

function backedUp(result: unknown): readonly string[] {
  const folders = list(result, 'folders');
  const snapshots = [...list(result, 'snapshots'), ...folders];
  const warnings = folders.reduce<number>((total, folder) => total + number(folder, 'warnings'), 0);
  const wroteTo = list(result, 'wroteTo')
    .map((target) => text(target, 'name'))
    .join(', ');
  const sum = (name: string) =>
    snapshots.reduce<number>((total, snapshot) => total + number(snapshot, name), 0);
  return [
    t('jobs.results.backups', {
      count: snapshots.length,
      bytes: formatBytes(sum('bytesAdded')),
      time: formatDuration(sum('durationMs')),
    }),
    ...(warnings === 0 ? [] : [t('jobs.results.folderWarnings', { count: warnings })]),
    ...(wroteTo === '' ? [] : [t('jobs.results.wroteTo', { names: wroteTo })]),
  ];
}

function backupsVerified(result: unknown): readonly string[] {
  const level = number(result, 'level');
  const problems = list(result, 'problems');
  if (member(result, 'ok') === true) {
    return [t('jobs.results.verified', { count: list(result, 'snapshots').length, level })];
  }
  return [t('jobs.results.damaged', { count: problems.length, level }), ...reasons(problems)];
}

function retentionApplied(result: unknown): readonly string[] {
  return [
    t('retention.marks.done', {
      marked: list(result, 'marked').length,
      removed: list(result, 'removed').length,
      bytes: formatBytes(number(member(result, 'pruned'), 'bytesFreed')),
    }),
    ...(member(result, 'waiting') === true ? [t('retention.marks.waiting')] : []),
  ];
}

function retentionSimulated(result: unknown): readonly string[] {
  const told = (name: string) => ({
    count: number(member(result, name), 'snapshots'),
    bytes: formatBytes(number(member(result, name), 'bytes')),
  });
  return [
    `${t('retention.simulation.stay')}: ${t('retention.simulation.count', told('kept'))}`,
    `${t('retention.simulation.go')}: ${t('retention.simulation.goes', told('removed'))}`,
  ];
}

function drilled(result: unknown): readonly string[] {
  const drills = list(result, 'drills');
  const took = drills.reduce<number>((total, drill) => total + number(drill, 'durationMs'), 0);
  return [t('jobs.results.drilled', { count: drills.length, time: formatDuration(took) })];
}

function planned(result: unknown): readonly string[] {
  const obstacles = list(result, 'obstacles');
  return [
    t('jobs.results.plan', {
      rows: number(result, 'rows'),
      files: number(result, 'files'),
      bytes: formatBytes(number(result, 'bytes')),
    }),
    ...(obstacles.length === 0 ? [] : [t('jobs.results.obstacles', { count: obstacles.length })]),
  ];
}

function opened(result: unknown): readonly string[] {
  const documents = list(result, 'collections').reduce<number>(
    (total, each) => total + number(each, 'documents'),
    0,
  );
  return [t('jobs.results.opened', { documents, files: number(result, 'files') })];
}

function imported(result: unknown): readonly string[] {
  const skipped = number(result, 'skipped');
  const failed = list(result, 'failed');
  return [
    t('jobs.results.imported', { count: number(result, 'imported') }),
    ...(skipped === 0 ? [] : [t('jobs.results.skipped', { count: skipped })]),
    ...failed
      .slice(0, mostProblems)
      .map((line) => t('jobs.results.refused', { line: number(line, 'line'), reason: text(line, 'reason') })),
    ...more(failed.length),
  ];
}

function logVerified(result: unknown): readonly string[] {
  const verdict = text(result, 'verdict');
  const problems = list(result, 'problems');
  const entries = list(result, 'logs').reduce<number>((total, log) => total + number(log, 'size'), 0);
  if (verdict === 'verified') {
    const note = text(member(result, 'horizon'), 'note');
    return [t('jobs.results.logVerified', { count: entries }), ...(note === '' ? [] : [note])];
  }
  const told = verdict === 'tampered' ? t('jobs.results.logTampered') : t('jobs.results.logIncomplete');
  return [told, ...reasons(problems)];
}

function reasons(problems: readonly unknown[]): readonly string[] {
  const told = problems
    .slice(0, mostProblems)
    .map((problem) => t('jobs.results.problem', { reason: text(problem, 'reason') }));
  return [...told, ...more(problems.length)];
}

function more(count: number): readonly string[] {
  return count <= mostProblems ? [] : [t('jobs.results.problemsMore', { count: count - mostProblems })];
}
