import { expect, it } from 'vitest';
import { catalogue, controlsOf } from '../../../../main/audit/report/controls/catalogue.ts';
import { entryEvidenceOf, matchesAction } from '../../../../main/audit/report/count.ts';
import { standards } from '../../../../shared/compliance.ts';
import { operations } from '../../../contract/operations.ts';

const expand = (prefix: string, numbers: readonly number[]) => numbers.map((number) => `${prefix}${number}`);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

const demanded = {
  hipaa: [
    ...['(1)(ii)(D)', '(3)(ii)(C)', '(4)(ii)(B)', '(4)(ii)(C)', '(5)(ii)(C)', '(6)(ii)'],
    ...['(7)(ii)(A)', '(7)(ii)(B)', '(7)(ii)(D)', '(8)'],
  ]
    .map((id) => `164.308(a)${id}`)
    .concat(
      ['(a)(2)(i)', '(a)(2)(ii)', '(a)(2)(iii)', '(a)(2)(iv)', '(b)', '(c)(1)', '(c)(2)', '(d)'].map(
        (id) => `164.312${id}`,
      ),
      ['164.316(b)(1)', '164.316(b)(2)'],
    ),
  gdpr: [
    ...[
      '5(1)(e)',
      '5(1)(f)',
      '5(2)',
      '15',
      '16',
      '17',
      '18',
      '19',
      '20',
      '25',
      '28(3)(h)',
      '30',
      '32',
      '33',
      '34',
    ],
  ].map((id) => `Art. ${id}`),
  soc2: [
    'CC2.1',
    ...expand('CC4.', [1, 2]),
    ...expand('CC6.', [1, 2, 3, 5, 6, 7, 8]),
    ...expand('CC7.', range(1, 5)),
    'CC8.1',
    ...expand('A1.', range(1, 3)),
    ...expand('C1.', [1, 2]),
    ...expand('P', range(4, 8)),
  ],
  iso27001: [
    ...expand('A.5.', [...range(15, 18), ...range(24, 28), 33, 34]),
    ...expand('A.8.', [2, 3, 5, 10, ...range(13, 17), 24, 32]),
  ],
};

it.each(standards)(
  '%s: every control that was promised, each once, each with something to show or to collect',
  (standard) => {
    const controls = controlsOf(standard, undefined);
    expect(controls.map(({ id }) => id)).toEqual(demanded[standard]);
    expect(controls.filter(({ evidence, collect }) => evidence.length + collect.length === 0)).toEqual([]);
  },
);

it('the pivot names every control of NIST SP 800-53 that the log is built for', () => {
  const named = new Set(standards.flatMap((standard) => catalogue[standard].flatMap(({ nist }) => nist)));
  const wanted = [
    ...expand('AU-', range(2, 12)),
    ...['AU-9(3)', 'AC-2', 'AC-3', 'AC-6(9)', 'IA-2', 'IA-5', 'CP-9', 'CP-9(1)', 'CP-10', 'SI-4'],
  ];
  expect(wanted.filter((id) => !named.has(id))).toEqual([]);
});

/** What is logged without an operation of the contract. */
const ofTheSystem = [
  'backup.heal',
  'backup.forget',
  'log.heartbeat',
  'log.clock.jump',
  'log.suspend',
  'log.resume',
  'operator.tampered',
  'log.retention.tampered',
];

it('no evidence looks for an action that is never logged', () => {
  const logged = [...operations.flatMap(({ meta: { action } }) => action ?? []), ...ofTheSystem];
  const wanted = standards.flatMap((standard) =>
    entryEvidenceOf(catalogue[standard]).flatMap(({ actions }) => actions),
  );
  const never = wanted.filter((action) => !logged.some((each) => matchesAction(action, each)));
  expect(never).toEqual([]);
});
