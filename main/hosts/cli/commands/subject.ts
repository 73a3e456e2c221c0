import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { z } from 'zod';
import {
  type SubjectErasure,
  subjectErasure,
  subjectExport,
  type subjectOperations,
} from '../../../../shared/contract/subjects.ts';
import { usage } from '../failure.ts';
import { facts, pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface OfTenant {
  readonly tenant?: string;
}
interface Erasing extends OfTenant {
  readonly reason?: string;
  readonly confirm?: string;
  readonly detach?: boolean;
}

interface Exporting extends OfTenant {
  readonly out?: string;
  readonly preview?: true;
  readonly detach?: boolean;
}

export function addSubject(program: Command, run: Run): void {
  const group = program.command('subject').description('the personal data of one person, and its erasure');
  const command = (name: string, description: string) =>
    group
      .command(name)
      .description(description)
      .argument('<id>', 'id of a user, a bot or an operator')
      .option('--tenant <tenant>', 'id or slug of the tenant of a user or bot; without it, an operator');

  command('plan', 'say what an erasure would destroy, and what stands in its way').action(
    (subjectId: string, { tenant }: OfTenant) =>
      run.operation((client) => client.tenants.planSubjectErasure(reference(subjectId, tenant)), {
        text: planText,
      }),
  );

  command('erase', 'destroy a person’s key, rows and API keys; nothing brings them back')
    .option('--reason <text>', 'why; kept in the audit log, so no name belongs in it')
    .option('--confirm <name>', 'the name once more, where a script cannot be sure whom it names')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast subject erase --tenant acme ID --reason "asked to be forgotten"',
    )
    .action((subjectId: string, { tenant, reason = '', confirm, detach }: Erasing) =>
      run.job(
        async (client) => {
          const of = reference(subjectId, tenant);
          const typed = confirm ?? (await client.tenants.planSubjectErasure(of)).name;
          return await client.tenants.eraseSubject({ ...of, confirm: typed, reason });
        },
        { result: subjectErasure, text: erasureText, detach },
      ),
    );

  command('export', 'write everything that is kept about a person, in clear, to a zip file')
    .option('--out <file>', 'a file that does not exist yet')
    .option('--preview', 'only say what it would hold')
    .option('--detach', 'answer at once with the id of the job')
    .action((subjectId: string, { tenant, out, preview, detach }: Exporting) => {
      if ((out === undefined) === (preview === undefined)) throw usage('Give one of --out, --preview.');
      if (out === undefined) {
        return run.operation((client) => client.tenants.planSubjectExport(reference(subjectId, tenant)), {
          text: keptText,
        });
      }
      const file = resolve(run.terminal.workingFolder, out);
      return run.job(
        (client) => client.tenants.exportSubjectData({ ...reference(subjectId, tenant), file }),
        {
          result: subjectExport,
          text: ({ entries, fields, bytes }) =>
            facts([
              ['file', file],
              ['entries', entries],
              ['opened fields', fields],
              ['size', size(bytes)],
            ]),
          detach,
        },
      );
    });

  addPaging(group.command('list').description('people who were erased, newest first')).action(
    (options: PagingOptions) =>
      run.operation((client) => client.tenants.listSubjectErasures(options), {
        text: ({ items, next }) =>
          pageText(
            table(
              ['PERSON', 'KIND', 'TENANT', 'ERASED', 'COPIES OF THE KEY'],
              items.map((each) => [
                each.pseudonym,
                each.kind,
                each.tenantId,
                each.erasedAt,
                each.places
                  .map((place) => `${plain(place.name || 'first target')}: ${stateText(place)}`)
                  .join(', '),
              ]),
            ),
            next,
          ),
      }),
  );
}

const reference = (subjectId: string, tenant: string | undefined) => ({
  subjectId,
  ...(tenant === undefined ? {} : { tenant }),
});

type Plan = z.output<NonNullable<(typeof subjectOperations.planSubjectErasure)['~orpc']['outputSchema']>>;

type Kept = z.output<NonNullable<(typeof subjectOperations.planSubjectExport)['~orpc']['outputSchema']>>;

const keptText = (kept: Kept) =>
  facts([
    ['name', kept.name],
    ['kind', kept.kind],
    ['in the log', kept.pseudonym],
    ['entries', kept.entries],
    ['fields to be opened', kept.fields],
    ['API keys', kept.apiKeys],
  ]);

const planText = (plan: Plan) =>
  [
    facts([
      ['name', plan.name],
      ['kind', plan.kind],
      ['in the log', plan.pseudonym],
      ['entries', plan.entries],
      ['sealed fields', plan.fields],
      ['API keys', plan.apiKeys],
      ['sessions', plan.sessions],
      [
        'copies of the key',
        plan.places.map(({ name, state }) => `${plain(name || 'first target')} (${state})`).join(', '),
      ],
    ]),
    ...plan.obstacles.map((obstacle) => plain(`! ${obstacle}`)),
  ].join('\n');

function stateText({ state, locked }: SubjectErasure['places'][number]): string {
  if (locked === null) return state;
  return `${state}, an older copy is kept until ${locked.until ?? 'further notice'}, readable with the recovery key`;
}

const erasureText = ({ pseudonym, kind, erasedAt, logged, places, certificate }: SubjectErasure) =>
  [
    facts([
      ['person', pseudonym],
      ['kind', kind],
      ['erased', erasedAt],
      [
        'in the log',
        logged === null ? 'not counted' : `${logged.entries} entries, ${logged.fields} sealed fields`,
      ],
      ...places.map((place) => [place.name || 'first target', stateText(place)] as const),
    ]),
    ...(certificate === null ? [] : ['', certificate]),
  ].join('\n');
