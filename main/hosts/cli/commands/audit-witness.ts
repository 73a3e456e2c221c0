import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type {
  CosignedForOther,
  TakenCosignature,
  Witness,
  Witnesses,
} from '../../../../shared/contract/audit/witnesses.ts';
import { newFile } from '../new-file.ts';
import { facts, table } from '../output/text.ts';
import type { Run, Signed } from '../run.ts';

const keyForm = /^[^+\s]+\+[0-9a-f]{8}\+\S+$/;

/** Witnesses by file: requests and cosigned checkpoints are carried between two installations. */
export function addAuditWitness(audit: Command, run: Run): void {
  const group = audit.command('witness').description('let another installation vouch for the log, by files');
  const read = (file: string) => readFile(resolve(run.terminal.workingFolder, file), 'utf8');

  group
    .command('list')
    .description('the own key for cosigning, the witnesses of this log, and the logs that are witnessed here')
    .action(() => run.operation((client) => client.audit.listWitnesses({}), { text: listText }));

  group
    .command('request')
    .description('write the newest checkpoint, with its proof, for a witness to cosign')
    .option('--out <file>', 'a file that does not exist yet; else standard output')
    .option('--witness <name>', 'name or label, where there are several')
    .option('--since <entries>', 'what the witness has cosigned, where it did not come back', entries)
    .action(({ out, ...options }: { out?: string; witness?: string; since?: number }) =>
      intoFile(run, out, (client) => client.audit.requestCosignature(options), {
        content: ({ request }) => request,
        text: ({ logId, old, size }) =>
          facts([
            ['log', logId],
            ['proof', `from ${old} to ${size} entries`],
          ]),
      }),
    );

  group
    .command('cosign')
    .description("as a witness: sign another installation's checkpoint where it goes on from the last one")
    .argument('<file>', 'a request')
    .option('--key <key>', "the other's verifier key: the first time, and after it was replaced")
    .option('--out <file>', 'a file that does not exist yet; else standard output')
    .action(async (file: string, { out, key }: { out?: string; key?: string }) => {
      const request = await read(file);
      await intoFile(run, out, (client) => client.audit.cosignCheckpoint({ request, key }), {
        content: ({ note }) => note,
        text: cosignedText,
      });
    });

  group
    .command('add')
    .description("take a witness's key, or a checkpoint that came back from one")
    .argument('<file|key>', 'the key (holdfast audit witness list, there), or a file with either')
    .option('--label <text>', 'what it is called here; stands in the log in clear')
    .action(async (given: string, { label }: { label?: string }) => {
      const text = keyForm.test(given) ? given : await read(given);
      if (keyForm.test(text.trim())) {
        await run.operation((client) => client.audit.addWitness({ key: text.trim(), label }), {
          text: witnessText,
        });
      } else {
        await run.operation((client) => client.audit.takeCosignature({ note: text }), { text: takenText });
      }
    });

  group
    .command('remove')
    .description('let the word of a witness count no more')
    .argument('<witness>', 'name or label')
    .requiredOption('--reason <text>', 'why; kept in the log')
    .action((witness: string, { reason }: { reason: string }) =>
      run.operation((client) => client.audit.removeWitness({ witness, reason }), {
        text: () => 'Its word counts no more.',
      }),
    );
}

interface Written<Output> {
  readonly content: (output: Output) => string;
  readonly text: (output: Output) => string;
}

/** Puts what is carried on into a file that is made first, or prints it. */
async function intoFile<Output>(
  run: Run,
  out: string | undefined,
  call: (client: Signed['client']) => Promise<Output>,
  { content, text }: Written<Output>,
): Promise<void> {
  if (out === undefined) {
    await run.operation(call, { text: content });
    return;
  }
  const file = await newFile(out, run.terminal);
  let written = false;
  try {
    await run.jobs(
      async ({ client }) => {
        const output = await call(client);
        await file.fill(Buffer.from(content(output)));
        written = true;
        return output;
      },
      { text },
    );
  } finally {
    if (!written) await file.remove();
  }
}

function entries(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new InvalidArgumentError('A number of entries is needed.');
  return Number(text);
}

function listText({ ownKey, witnesses, witnessed }: Witnesses): string {
  return [
    facts([['own key', ownKey]]),
    '',
    table(
      ['WITNESS', 'ADDED', 'ENTRIES', 'COSIGNED', 'NAME'],
      witnesses.map(({ label, addedAt, size, time, name }) => [label, addedAt, size, time, name]),
    ),
    '',
    table(
      ['WITNESSED HERE', 'ENTRIES', 'COSIGNED'],
      witnessed.map(({ logId, size, time }) => [logId, size, time]),
    ),
  ].join('\n');
}

const witnessText = ({ name, label, key }: Witness) =>
  facts([
    ['witness', label],
    ['name', name],
    ['key', key],
  ]);

const cosignedText = ({ logId, size, time }: CosignedForOther) =>
  facts([
    ['log', logId],
    ['cosigned', `${size} entries at ${time}`],
  ]);

const takenText = ({ logId, size, witnesses }: TakenCosignature) =>
  facts([
    ['log', logId],
    ...witnesses.map(({ label, time }) => ['cosigned', `${size} entries by ${label} at ${time}`] as const),
  ]);
