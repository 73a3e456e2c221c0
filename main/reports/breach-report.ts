import {
  breachGapWords,
  breachNatureWords,
  breachRiskWords,
  breachRoleWords,
  breachStateWords,
  notTellingWords,
} from '../../shared/breach-words.ts';
import type { Breach, BreachDetails } from '../../shared/contract/audit/breaches.ts';
import type { Block, Report, ReportAnchor } from './report.ts';

export interface BreachReportFacts extends BreachDetails {
  /** `name` null: erased since. */
  readonly tenants: readonly { readonly id: string; readonly name: string | null }[];
  readonly installationId: string;
  /** RFC 3339. */
  readonly made: string;
  readonly by: string;
  /** Version of this program. */
  readonly app: string;
  readonly anchor: ReportAnchor | undefined;
}

const unknown = 'not known';

/** The record of a breach as Art. 33(3) and (5) of the GDPR ask for it, with the entries it rests on. */
export function breachReport(facts: BreachReportFacts): Report {
  const { breach, made, by, app, anchor, installationId } = facts;
  return {
    title: `Breach of personal data: ${breach.title}`,
    foot: `Breach ${breach.id}, revision ${breach.revision}`,
    time: Date.parse(made),
    archival: true,
    anchor,
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['State', breachStateWords[breach.state]],
          ['Began', breach.beganAt ?? unknown],
          ['Noticed', breach.awareAt],
          ['Role of the installation', breachRoleWords[breach.role]],
          ['72 hours end', breach.dueAt],
          [
            'Recorded',
            `${breach.recordedAt} by ${breach.recordedBy ?? 'somebody who is not known any more'}`,
          ],
          [
            'Tenants',
            facts.tenants.map(({ id, name }) => `${name ?? 'erased'} (${id})`).join('\n') || 'none named',
          ],
          ['Installation', installationId],
          ['Report', `made ${made} by Holdfast ${app}, asked for by ${by}`],
          ['Zone', 'UTC, for every time in this report'],
        ],
      },
      ...gaps(breach),
      ...asked(breach),
      ...toAuthority(breach),
      ...toControllers(breach),
      ...toPeople(breach),
      ...(breach.closed === null
        ? []
        : ([
            { kind: 'heading', text: 'Closed' },
            {
              kind: 'facts',
              facts: [
                ['When', breach.closed.at],
                ['Why', breach.closed.reason],
              ],
            },
          ] as const)),
      ...restsOn(facts),
      ...history(facts),
      { kind: 'blanks', labels: ['Reviewed on', 'Name and signature'] },
    ],
  };
}

function gaps({ missing }: Breach): Block[] {
  if (missing.length === 0) return [];
  return [
    { kind: 'heading', text: 'Still to be added' },
    { kind: 'list', items: missing.map((gap) => breachGapWords[gap]) },
  ];
}

/** In the order of Art. 33(3). */
function asked(breach: Breach): Block[] {
  const { description, nature, people, records, contact, consequences, measures, risk } = breach;
  const many = ({ approximate, categories }: Breach['people']) =>
    [categories, approximate === null ? null : `about ${approximate}`].filter(Boolean).join('\n') || unknown;
  return [
    { kind: 'heading', text: 'What happened: Art. 33(3)(a)' },
    { kind: 'text', text: description },
    {
      kind: 'facts',
      facts: [
        ['Nature', nature.map((each) => breachNatureWords[each]).join('\n') || unknown],
        ['People', many(people)],
        ['Records', many(records)],
      ],
    },
    { kind: 'heading', text: 'Who can say more: Art. 33(3)(b)' },
    { kind: 'text', text: contact ?? unknown },
    { kind: 'heading', text: 'Likely consequences: Art. 33(3)(c)' },
    { kind: 'text', text: consequences ?? unknown },
    { kind: 'facts', facts: [['Risk', risk === null ? 'not judged yet' : breachRiskWords[risk]]] },
    { kind: 'heading', text: 'Measures taken or proposed: Art. 33(3)(d)' },
    { kind: 'text', text: measures ?? unknown },
  ];
}

function toAuthority({ role, notifications, lateReason, notNotified }: Breach): Block[] {
  return [
    { kind: 'heading', text: 'Notice to the authority: Art. 33(1)' },
    ...(notifications.length === 0
      ? []
      : ([
          {
            kind: 'table',
            head: ['When', 'Authority', 'Reference', 'Note'],
            widths: [2.6, 3, 2, 4],
            rows: notifications.map(({ at, authority, reference, note }) => [
              shortTime(at),
              authority,
              reference ?? '–',
              note ?? '–',
            ]),
          },
        ] as const)),
    ...(lateReason === null
      ? []
      : ([{ kind: 'facts', facts: [['Why it came after 72 hours', lateReason]] }] as const)),
    ...(notNotified === null
      ? []
      : ([
          {
            kind: 'facts',
            facts: [
              ['Not told', `decided ${notNotified.at}`],
              ['Why', notNotified.reason],
            ],
          },
        ] as const)),
    ...(notifications.length > 0 || notNotified !== null
      ? []
      : ([
          role === 'processor'
            ? { kind: 'text', text: 'For the controllers to decide.' }
            : { kind: 'text', text: 'Neither told nor decided yet.', strong: true },
        ] satisfies Block[])),
  ];
}

function toControllers({ role, controllers }: Breach): Block[] {
  if (role === 'controller' && controllers.length === 0) return [];
  return [
    { kind: 'heading', text: 'Notice to the controllers: Art. 33(2)' },
    controllers.length === 0
      ? { kind: 'text', text: 'Not told yet.', strong: true }
      : {
          kind: 'table',
          head: ['When', 'Controller', 'How'],
          widths: [2.6, 3.4, 5.6],
          rows: controllers.map(({ at, name, how }) => [shortTime(at), name, how ?? '–']),
        },
  ];
}

function toPeople({ role, told, notTold, risk }: Breach): Block[] {
  const asked = risk === 'high' && role !== 'processor';
  const none = asked
    ? 'Neither told nor decided yet.'
    : 'Asked for where the risk is high only, and of the controller.';
  return [
    { kind: 'heading', text: 'Notice to the people: Art. 34' },
    ...(told.length === 0
      ? []
      : ([
          {
            kind: 'table',
            head: ['When', 'How'],
            widths: [2.6, 9],
            rows: told.map(({ at, how }) => [shortTime(at), how]),
          },
        ] as const)),
    ...(notTold === null
      ? []
      : ([
          {
            kind: 'facts',
            facts: [
              ['Not told', `decided ${notTold.at}`],
              ['Ground', notTellingWords[notTold.ground]],
              ['Why', notTold.reason],
            ],
          },
        ] as const)),
    ...(told.length === 0 && notTold === null ? ([{ kind: 'text', text: none }] as const) : []),
  ];
}

const stateTexts = {
  'as-it-was': 'as it was',
  changed: 'CHANGED since it was linked',
  missing: 'MISSING from the log, or the log cannot be read',
} as const;

function restsOn({ restsOn: entries }: BreachReportFacts): Block[] {
  return [
    { kind: 'heading', text: 'Entries of the audit log it rests on' },
    entries.length === 0
      ? { kind: 'text', text: 'None were named.' }
      : {
          kind: 'table',
          head: ['Entry', 'Action', 'Time', 'Outcome', 'In the log'],
          widths: [3.2, 2.8, 2.8, 1.4, 2],
          rows: entries.map(({ logId, index, state, entry }) => [
            entryText({ logId, index }),
            entry?.action ?? '–',
            entry === null ? '–' : shortTime(entry.time),
            entry?.outcome ?? '–',
            stateTexts[state],
          ]),
        },
  ];
}

/** To the second: tables are narrow. */
const shortTime = (time: string) => time.replace(/\.\d+Z$/, 'Z');

/** The installation's id is printed once, at the beginning. */
const entryText = ({ logId, index }: { readonly logId: string; readonly index: number }) =>
  `${logId.slice(logId.indexOf('/') + 1)}: ${index}`;

function history({ history: all, isBehind }: BreachReportFacts): Block[] {
  return [
    { kind: 'heading', text: 'How this record came to be' },
    ...(isBehind
      ? ([
          {
            kind: 'text',
            strong: true,
            text: 'The log tells of a later revision: this record came back with an older copy of the installation. What the later one said is in the log.',
          },
        ] as const)
      : []),
    all === null
      ? { kind: 'text', text: 'The audit log could not be read when this report was made.', strong: true }
      : {
          kind: 'table',
          head: ['Entry and time', 'Action and outcome', 'By', 'Changed', 'Reason'],
          widths: [2.8, 3, 1.8, 2.6, 2.6],
          rows: all.map((entry) => [
            `${entryText(entry)}\n${shortTime(entry.time)}`,
            `${entry.action}\n${entry.outcome}`,
            entry.actor?.name ?? entry.actor?.pseudonym ?? 'the system',
            entry.changed.join(', ') || '–',
            entry.reason ?? '–',
          ]),
        },
    {
      kind: 'text',
      text: 'Entries are numbered without gaps, and what each change said before and after is sealed in them. The log can be exported and checked by anybody, without Holdfast: with holdfast audit export, and then the verifier that lies in the bundle.',
    },
  ];
}
