import { toRfc3339 } from '../../shared/clock.ts';
import type { AuditEntry } from '../../shared/contract/audit.ts';
import type { RestoreResult, Snapshot } from '../../shared/contract/backups.ts';
import type { Report, ReportAnchor } from './report.ts';

export interface RestoreReportFacts {
  readonly result: RestoreResult;
  /** The tenant's name and id, or the installation's. */
  readonly what: string;
  /** undefined: it was removed since. */
  readonly snapshot: Snapshot | undefined;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly jobId: string;
  /** What the audit log has of it, the oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly anchor: ReportAnchor | undefined;
  /** Version of this program. */
  readonly app: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** The levels of validation, each of which includes those before. */
const levels = [
  'the catalogue and sizes',
  'SHA-256 of every stored file',
  'everything unsealed, page hashes compared',
  'rebuilt; SQLite’s integrity_check and foreign_key_check, the schema, the commit',
  'every row read again: counts and row hashes as they were saved, every file by its SHA-256',
] as const;

/** What a restore brought back, for whoever has to show it later. */
export function restoreReport(facts: RestoreReportFacts): Report {
  const { result, snapshot, entries } = facts;
  const outcome = entries.find(({ phase }) => phase === 'outcome');
  const reason = entries.find((entry) => entry.reason !== null)?.reason;
  const at = outcome?.facts.at;
  return {
    title: 'Report of a restore',
    foot: `Restore ${result.restoreId}, Holdfast ${facts.app}`,
    anchor: facts.anchor,
    time: facts.time,
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['Restored', facts.what],
          ['To', result.folder ?? placeOf(result)],
          ...(result.only === null ? [] : [['Only', result.only.join('\n')] as const]),
          ...(at === undefined ? [] : [['As of', String(at)] as const]),
          ['Asked for by', outcome?.actor.name ?? 'not known any more'],
          ['Reason', reason ?? 'none given'],
          ['Begun', facts.startedAt],
          ['Ended', facts.endedAt],
          ['Took', `${(result.durationMs / 1000).toFixed(1)} s`],
        ],
      },
      { kind: 'heading', text: 'From' },
      {
        kind: 'facts',
        facts: [
          ['Snapshot', result.snapshotId],
          ['Taken', snapshot?.time ?? 'it was removed since'],
          ...(snapshot === undefined
            ? []
            : ([
                ['Kind', snapshot.safety ? `${snapshot.kind}, made for an undo` : snapshot.kind],
                ['Repository', snapshot.repository],
              ] as const)),
        ],
      },
      { kind: 'heading', text: 'Proved' },
      {
        kind: 'facts',
        facts: [
          [
            'Level',
            `${result.verifiedLevel} of ${levels.length - 1}: ${levels[result.verifiedLevel]}${result.only === null ? '' : '; of these parts only'}`,
          ],
          ['Rows read again', String(result.rows)],
          ['Files', String(result.files)],
          ['Bytes', String(result.bytes)],
        ],
      },
      ...(result.undoId === null
        ? []
        : ([
            { kind: 'heading', text: 'The way back' },
            { kind: 'text', text: 'The state before it was saved first. This brings it back:' },
            { kind: 'commands', lines: [`holdfast restore undo ${result.undoId}`] },
          ] as const)),
      { kind: 'heading', text: 'In the audit log' },
      {
        kind: 'facts',
        facts: entries.map(({ phase, logId, index, eventId, time }) => [
          `${phase === 'intent' ? 'Intent' : 'Outcome'}, entry ${index}`,
          `${eventId}\n${time}, ${logId}`,
        ]),
      },
      {
        kind: 'facts',
        facts: [
          ['Restore', result.restoreId],
          ['Job', facts.jobId],
          ['Report made', toRfc3339(facts.time)],
        ],
      },
      { kind: 'blanks', labels: ['Checked on', 'Name and signature'] },
    ],
  };
}

function placeOf({ to, only, tenantId }: RestoreResult): string {
  if (to === 'tenant') return `a new tenant, ${tenantId}`;
  return only === null ? 'in place: the live data was replaced' : 'in place: these parts, as an import';
}
