import { toRfc3339 } from '../../shared/clock.ts';
import type { Report, ReportAnchor } from './report.ts';

export interface SubjectReportFacts {
  readonly installationId: string;
  /** What is kept of the person, by name. */
  readonly person: readonly (readonly [name: string, value: string])[];
  readonly apiKeys: readonly (readonly [name: string, value: string])[];
  /** How roles, scopes and state changed, the oldest first. */
  readonly changes: readonly (readonly [name: string, value: string])[];
  /** The newest entries of the log that name the person. */
  readonly entries: readonly (readonly [name: string, value: string])[];
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
  const { person, apiKeys, changes, entries, total, time, app } = facts;
  return {
    title: 'What is kept about you',
    foot: `Installation ${facts.installationId}, Holdfast ${app}`,
    anchor: facts.anchor,
    time,
    blocks: [
      {
        kind: 'text',
        text: 'Everything that Holdfast itself keeps about one person: the account, its keys, and the entries of the audit log that name it. What the applications of the tenant keep in documents and files is not in it.',
      },
      { kind: 'heading', text: 'Account' },
      { kind: 'facts', facts: person },
      ...(apiKeys.length === 0
        ? []
        : ([
            { kind: 'heading', text: 'API keys' },
            { kind: 'facts', facts: apiKeys },
          ] as const)),
      ...(changes.length === 0
        ? []
        : ([
            { kind: 'heading', text: 'Roles, scopes and state' },
            { kind: 'facts', facts: changes },
          ] as const)),
      { kind: 'heading', text: 'In the audit log' },
      {
        kind: 'text',
        text: `${total} entries name this person; ${entries.length === total ? 'all of them follow' : `the newest ${entries.length} follow, all of them are in entries.jsonl`}. Times are UTC.`,
      },
      { kind: 'facts', facts: entries },
      { kind: 'facts', facts: [['Made', toRfc3339(time)]] },
    ],
  };
}
