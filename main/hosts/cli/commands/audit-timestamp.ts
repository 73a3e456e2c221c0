import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type {
  TimestampAuthority,
  Timestamped,
  Timestamps,
} from '../../../../shared/contract/audit/timestamps.ts';
import { facts, table } from '../output/text.ts';
import type { Run } from '../run.ts';

interface SetOptions {
  readonly ca: string;
  readonly policy?: string;
  readonly every?: number;
  readonly authorizationFile?: string;
}

/** RFC 3161 time stamps of the log. */
export function addAuditTimestamp(audit: Command, run: Run): void {
  const group = audit
    .command('timestamp')
    .description('have an authority stamp the head of the log (RFC 3161)');
  const read = (file: string) => readFile(resolve(run.terminal.workingFolder, file), 'utf8');

  group
    .command('list')
    .description('who is asked, and what was stamped')
    .action(() => run.operation((client) => client.audit.listTimestamps({}), { text: listText }));

  group
    .command('set')
    .description('ask this authority from now on, in place of any other')
    .argument('<url>', 'where it takes requests; stands in the log in clear')
    .requiredOption('--ca <file>', 'certificate of the CA that vouches for it, in PEM')
    .option('--policy <oid>', 'take only stamps that are made under it')
    .option('--every <hours>', 'how often, such as 24h', hours)
    .option('--authorization-file <file>', 'holds the value of an HTTP Authorization header')
    .action(async (url: string, { ca, policy, every, authorizationFile }: SetOptions) => {
      const certificates = await read(ca);
      const authorization =
        authorizationFile === undefined ? undefined : (await read(authorizationFile)).trim();
      await run.operation(
        (client) =>
          client.audit.setTimestampAuthority({ url, certificates, policy, everyHours: every, authorization }),
        { text: authorityText },
      );
    });

  group
    .command('now')
    .description('have the newest head stamped now')
    .action(() => run.operation((client) => client.audit.requestTimestamp({}), { text: stampText }));

  group
    .command('remove')
    .description('ask nobody any more; its stamps count no more, and stay stored')
    .requiredOption('--reason <text>', 'why; kept in the log')
    .action(({ reason }: { reason: string }) =>
      run.operation((client) => client.audit.removeTimestampAuthority({ reason }), {
        text: () => 'Nobody is asked for time stamps any more.',
      }),
    );
}

function hours(text: string): number {
  const [, count] = /^([1-9][0-9]{0,3})h?$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('A number of hours is needed, such as 24h.');
  return Number(count);
}

function listText({ authority, stamps }: Timestamps): string {
  return [
    authority === null ? 'No time-stamp authority is set.' : authorityText(authority),
    '',
    table(
      ['STAMPED', 'ENTRIES', 'AUTHORITY'],
      stamps.map(({ time, size, authority: by }) => [time, size, by]),
    ),
  ].join('\n');
}

const authorityText = ({
  url,
  policy,
  everyHours,
  certificates,
  signsIn,
  dueAt,
  failure,
}: TimestampAuthority) =>
  facts([
    ['authority', url],
    ['policy', policy ?? 'any'],
    ['every', `${everyHours}h`],
    ...certificates.map(
      ({ subject, fingerprint, validTo }) =>
        ['pinned CA', `${subject}, until ${validTo}, ${fingerprint}`] as const,
    ),
    ['signs in', signsIn ? 'yes' : 'no'],
    ['next due', dueAt],
    ...(failure === null ? [] : [['failed', `${failure.time}: ${failure.message}`] as const]),
  ]);

const stampText = ({ logId, size, time, authority }: Timestamped) =>
  facts([
    ['log', logId],
    ['stamped', `${size} entries by ${authority} at ${time}`],
  ]);
