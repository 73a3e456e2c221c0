import { toRfc3339 } from '../../shared/clock.ts';
import type { Block, Report, ReportAnchor } from './report.ts';

type Facts = readonly (readonly [name: string, value: string])[];

/** By log and index; times are RFC 3339. */
interface ArchivedEntries {
  readonly logId: string;
  readonly from: number;
  readonly to: number;
  readonly oldest: string;
  readonly newest: string;
  readonly file: string;
}

export interface SubjectReportFacts {
  readonly installationId: string;
  /** What is kept of the person, by name. */
  readonly person: Facts;
  readonly apiKeys: Facts;
  readonly sessions: Facts;
  readonly savedFilters: Facts;
  readonly kept: {
    /** That an entry of the log stays, at the least. */
    readonly days: number;
    /** Entries that are in an archive and no more in the log. */
    readonly archived: readonly ArchivedEntries[];
  };
  /** How roles, scopes and state changed, the oldest first. */
  readonly changes: Facts;
  /** The newest entries of the log that name the person. */
  readonly entries: Facts;
  /** How many there are of them in the file beside. */
  readonly total: number;
  readonly anchor: ReportAnchor | undefined;
  /** Version of this program. */
  readonly app: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** What is kept about one person, for that person. */
export function subjectReport(facts: SubjectReportFacts): Report {
  const { person, apiKeys, sessions, savedFilters, kept, changes, entries, total, time, app } = facts;
  return {
    title: 'What is kept about you',
    foot: `Installation ${facts.installationId}, Holdfast ${app}`,
    anchor: facts.anchor,
    time,
    blocks: [
      {
        kind: 'text',
        text: 'Everything that Holdfast itself keeps about one person: the account, its keys and sessions, the filters it saved, and the entries of the audit log that name it. What the applications of the tenant keep in documents and files is not in it.',
      },
      { kind: 'heading', text: 'Account' },
      { kind: 'facts', facts: person },
      ...listed('API keys', apiKeys),
      ...listed('Sessions', sessions),
      ...listed('Saved filters of the log', savedFilters),
      ...listed('Roles, scopes and state', changes),
      { kind: 'heading', text: 'In the audit log' },
      {
        kind: 'text',
        text: `${total} entries name this person; ${entries.length === total ? 'all of them follow' : `the newest ${entries.length} follow, all of them are in entries.jsonl`}. Times are UTC.`,
      },
      { kind: 'facts', facts: entries },
      { kind: 'heading', text: 'How long it is kept' },
      { kind: 'text', text: keptText(kept) },
      ...listed('Archived entries', kept.archived.map(archivedFact)),
      { kind: 'facts', facts: [['Made', toRfc3339(time)]] },
    ],
  };
}

const listed = (heading: string, facts: Facts): Block[] =>
  facts.length === 0
    ? []
    : [
        { kind: 'heading', text: heading },
        { kind: 'facts', facts },
      ];

function keptText({ days, archived }: SubjectReportFacts['kept']): string {
  const stay = `The account is kept until it is erased. An entry of the audit log is kept for ${days} days at the least; then it may be archived.`;
  return archived.length === 0
    ? stay
    : `${stay} The entries below are in archives and no more in the log, so they are not listed above. They name people by pseudonym, and nothing there opens what was sealed.`;
}

const archivedFact = ({ logId, from, to, oldest, newest, file }: ArchivedEntries) =>
  [`${oldest} to ${newest}`, `${logId}, entries ${from} to ${to}\n${file}`] as const;
