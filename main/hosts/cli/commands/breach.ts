import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type BreachNature,
  type BreachRisk,
  type BreachRole,
  type BreachState,
  breachNatures,
  breachRisks,
  breachRoles,
  breachStates,
  type NotTellingGround,
  notTellingGrounds,
} from '../../../../shared/breaches.ts';
import { parseTime } from '../arguments/time.ts';
import { parseWholeNumber } from '../arguments/whole-number.ts';
import { usage } from '../failure.ts';
import { newFile } from '../new-file.ts';
import { facts, pageText } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { breachText, detailsText, listText } from './breach-texts.ts';

interface FactOptions {
  readonly title?: string;
  readonly aware?: string;
  readonly began?: string;
  readonly description?: string;
  readonly role?: BreachRole;
  readonly nature?: BreachNature[];
  readonly people?: number;
  readonly peopleCategories?: string;
  readonly records?: number;
  readonly recordCategories?: string;
  readonly tenant?: string[];
  readonly consequences?: string;
  readonly measures?: string;
  readonly contact?: string;
  readonly risk?: BreachRisk;
  readonly entry?: { readonly logId?: string; readonly index: number }[];
}

interface NotifyOptions {
  readonly authority?: string;
  readonly controller?: string;
  readonly people?: string;
  readonly at: string;
  readonly reference?: string;
  readonly note?: string;
  readonly lateReason?: string;
}

interface DecideOptions {
  readonly notNotify?: true;
  readonly notTell?: NotTellingGround;
  readonly reason: string;
}

const time = (text: string) => parseTime(text, Date.now());
const each = (value: string, before: string[] = []) => [...before, value];

/** `holdfast breach`: breaches of personal data, and the 72 hours of GDPR 33. */
export function addBreach(program: Command, run: Run): void {
  const group = program
    .command('breach')
    .description('breaches of personal data: recorded, told in time, kept for good (GDPR 33 and 34)');
  const of = (name: string, description: string) =>
    group.command(name).description(description).argument('<breach>', 'its id');

  addFacts(
    group
      .command('record')
      .description('record a breach; the 72 hours run from when it was noticed')
      .requiredOption('--title <text>', 'what it is called')
      .requiredOption('--description <text>', 'what happened; name nobody who need not be named')
      .option('--aware <time>', 'when it was noticed: RFC 3339 or relative', time, time('now')),
  )
    .addHelpText(
      'after',
      '\nExample:\n  holdfast breach record --title "Lost laptop" --aware -3h --description "A laptop was left on a train." --nature confidentiality --risk risk',
    )
    .action(({ title = '', aware = '', description = '', ...options }: FactOptions) =>
      run.operation(
        (client) => client.audit.recordBreach({ ...factsOf(options), title, awareAt: aware, description }),
        { text: breachText },
      ),
    );

  addFacts(
    of('update', 'change what a record says; what is not given stays')
      .option('--title <text>')
      .option('--description <text>')
      .option('--aware <time>', 'when it was noticed; needs --reason, as it moves the 72 hours', time)
      .option('--reason <text>', 'why; kept in the log; needed for another --aware and another --role'),
  ).action(
    (
      breachId: string,
      { title, description, aware: awareAt, reason, ...options }: FactOptions & { reason?: string },
    ) =>
      run.operation(
        (client) =>
          client.audit.updateBreach({ breachId, ...factsOf(options), title, description, awareAt, reason }),
        { text: breachText },
      ),
  );

  of('notify', 'record that the authority, a controller, or the people were told')
    .option('--authority <name>', 'which authority was told; again for a further phase')
    .option('--controller <name>', 'which controller was told, for whom the data is processed')
    .option('--people <how>', 'how the people were told')
    .option('--at <time>', 'when', time, time('now'))
    .option('--reference <text>', "the authority's reference")
    .option('--note <text>', 'what this notice told')
    .option('--late-reason <text>', 'why it came after the 72 hours')
    .action((breachId: string, options: NotifyOptions) => {
      const { authority, controller: name, people: how, at, note, ...more } = options;
      if ([authority, name, how].filter((given) => given !== undefined).length !== 1)
        throw usage('Give one of --authority, --controller, --people.');
      return run.operation(
        (client) => {
          if (authority !== undefined)
            return client.audit.notifyBreachAuthority({ breachId, at, authority, note, ...more });
          if (name !== undefined)
            return client.audit.notifyBreachController({ breachId, at, name, how: note });
          return client.audit.notifyBreachPeople({ breachId, at, how: how ?? '' });
        },
        { text: breachText },
      );
    });

  of('decide', 'record that the authority, or the people, need not be told')
    .option('--not-notify', 'the authority need not be told: a risk to people is unlikely')
    .addOption(
      new Option('--not-tell <ground>', 'people need not be told of a high risk').choices(notTellingGrounds),
    )
    .requiredOption('--reason <text>', 'why; kept with the record')
    .action((breachId: string, { notNotify, notTell: ground, reason }: DecideOptions) => {
      if ((notNotify === undefined) === (ground === undefined))
        throw usage('Give one of --not-notify, --not-tell.');
      const about = notNotify === true ? 'authority' : 'people';
      return run.operation((client) => client.audit.decideBreach({ breachId, about, ground, reason }), {
        text: breachText,
      });
    });

  of('close', 'close a record that lacks nothing; it is kept')
    .requiredOption('--reason <text>', 'why; kept with the record')
    .action((breachId: string, { reason }: { reason: string }) =>
      run.operation((client) => client.audit.closeBreach({ breachId, reason }), { text: breachText }),
    );

  of('reopen', 'go on with a record that was closed')
    .requiredOption('--reason <text>', 'why; kept in the log')
    .action((breachId: string, { reason }: { reason: string }) =>
      run.operation((client) => client.audit.reopenBreach({ breachId, reason }), { text: breachText }),
    );

  addPaging(group.command('list').description('breaches, open ones first, with the time that is left'))
    .addOption(new Option('--state <state>').choices(breachStates))
    .option('--tenant <tenant>', 'those that concern this tenant')
    .action((options: PagingOptions & { state?: BreachState; tenant?: string }) =>
      run.operation((client) => client.audit.listBreaches(options), {
        text: ({ items, next }) => pageText(listText(items), next),
      }),
    );

  of('show', 'what a record says, what is missing, and how it came to be').action((breachId: string) =>
    run.operation((client) => client.audit.getBreach({ breachId }), { text: detailsText }),
  );

  of('report', 'write the record for the authority or the file')
    .requiredOption('--out <file>', 'a file that does not exist yet: .pdf or .json')
    .action((breachId: string, { out }: { out: string }) => {
      const form = /\.(pdf|json)$/i.exec(out)?.[1]?.toLowerCase();
      if (form !== 'pdf' && form !== 'json') throw usage('The file has to end in .pdf or .json.');
      return run.operation(
        async (client) => {
          const file = await newFile(out, run.terminal);
          try {
            const { content, sha256 } = await client.audit.createBreachReport({ breachId, form });
            await file.fill(Buffer.from(content, 'base64'));
            return { id: breachId, file: file.path, sha256 };
          } catch (error) {
            await file.remove();
            throw error;
          }
        },
        {
          text: ({ file, sha256 }) =>
            facts([
              ['file', file],
              ['SHA-256', sha256],
            ]),
        },
      );
    });
}

function addFacts(command: Command): Command {
  return command
    .option('--began <time>', 'when it began, where that is known', time)
    .addOption(
      new Option(
        '--role <role>',
        'whether you, or those for whom you process it, decide about the data',
      ).choices(breachRoles),
    )
    .addOption(
      new Option('--nature <nature...>', 'what was breached; may be repeated').choices(breachNatures),
    )
    .option('--people <count>', 'how many people, about', parseWholeNumber)
    .option('--people-categories <text>', 'such as "customers, staff"')
    .option('--records <count>', 'how many records, about', parseWholeNumber)
    .option('--record-categories <text>', 'such as "addresses, orders"')
    .option('--tenant <tenant>', 'id or slug of a tenant concerned; may be repeated', each)
    .option('--consequences <text>', 'what it is likely to lead to')
    .option('--measures <text>', 'what was done, or is to be done, about it')
    .option('--contact <text>', 'who can say more')
    .addOption(new Option('--risk <risk>', 'to people').choices(breachRisks))
    .option('--entry <entry>', "index in the installation's log, or LOG:INDEX; may be repeated", entry);
}

function factsOf(options: FactOptions) {
  const {
    began: beganAt,
    role,
    nature,
    people,
    peopleCategories,
    records,
    recordCategories,
    tenant,
    entry: of,
  } = options;
  const { consequences, measures, contact, risk } = options;
  const counted = (approximate: number | undefined, categories: string | undefined) =>
    approximate === undefined && categories === undefined ? undefined : { approximate, categories };
  return {
    beganAt,
    role,
    nature,
    people: counted(people, peopleCategories),
    records: counted(records, recordCategories),
    tenants: tenant,
    consequences,
    measures,
    contact,
    risk,
    entries: of,
  };
}

function entry(text: string, before: FactOptions['entry'] = []): NonNullable<FactOptions['entry']> {
  const [, logId, index] = /^(?:(.+):)?(\d{1,12})$/.exec(text) ?? [];
  if (index === undefined) throw new InvalidArgumentError('An entry is INDEX or LOG:INDEX.');
  return [...before, { ...(logId === undefined ? {} : { logId }), index: Number(index) }];
}
