import { join } from 'node:path';
import { HoldfastError } from '../../../../shared/errors.ts';
import type { Stage } from './stage.ts';

const gone = { status: 1 };

/** From an empty folder to a verified restore, as an operator would go about it. */
export async function story(stage: Stage, samples: string): Promise<void> {
  const { say, holdfast } = stage;
  const tenant = ['--tenant', 'chinook'];
  const customers = [...tenant, '--collection', 'customers'];

  say('A new installation. This machine may have no keychain, so a passphrase seals the master key.');
  const recoveryKey = pick(
    await holdfast(['init', '--owner', 'Ada Obi', '--passphrase-only']),
    /^ {4}([0-9A-Z-]{65})$/m,
  );
  await holdfast(['status'], { lines: 24 });

  say('A tenant with real data: a music shop.');
  await holdfast([
    'tenant',
    'create',
    '--name',
    'Chinook Music',
    '--tier',
    'professional',
    '--slug',
    'chinook',
  ]);
  for (const collection of ['customers', 'invoices', 'tracks']) {
    const file = join(samples, `${collection}.jsonl`);
    await holdfast(['data', 'import', file, ...tenant, '--collection', collection]);
  }
  await holdfast(['data', 'collections', ...tenant]);
  await holdfast(['data', 'list', ...customers, '--limit', '3']);
  const name = 'licences/Chinook <data> & "more" – été.md';
  await holdfast(['files', 'add', join(samples, 'README.md'), ...tenant, '--as', name]);

  say('A service of the tenant gets a key, and loses it.');
  const bot = idOf(
    await holdfast(['principal', 'create', ...tenant, '--kind', 'bot', '--name', 'Order service']),
  );
  const created = await holdfast(['key', 'create', '--principal', bot]);
  const key = pick(created, /^ {4}(hfk_\S+)$/m);
  await holdfast(['key', 'verify', key]);
  await holdfast(['key', 'revoke', idOf(created)]);
  await holdfast(['key', 'verify', key], gone);

  say('Everything that happened is in the log, and the log proves itself.');
  await holdfast(['audit', 'list', ...tenant, '--limit', '20'], { lines: 24 });
  await holdfast(['audit', 'verify']);

  say('A backup, checked down to the last row.');
  const runs = await holdfast(['backup', 'run', '--all']);
  await holdfast(['backup', 'verify', ...tenant, '--level', '4']);
  const listed = await holdfast(['backup', 'list', ...tenant]);
  const snapshot = pick(listed, /\b([0-9a-f]{64})\b/);
  if (!runs.includes(snapshot))
    throw new HoldfastError('INTERNAL', 'The list does not show the new snapshot.');
  const shown = await holdfast(['backup', 'show', snapshot], { lines: 20 });

  say('Someone deletes a customer by mistake.');
  await holdfast(['data', 'get', '5', ...customers], { lines: 20 });
  await holdfast(['data', 'delete', '5', ...customers]);
  await holdfast(['data', 'get', '5', ...customers], gone);

  say('The restore says first what it would do, then does it, and can be taken back.');
  const source = [...tenant, '--snapshot', snapshot, '--to', 'in-place'];
  const because = ['--reason', 'Customer 5 was deleted by mistake'];
  await holdfast(['restore', 'plan', ...source], { lines: 20 });
  const restored = await holdfast(['restore', 'run', ...source, ...because]);
  await holdfast(['data', 'get', '5', ...customers]);
  await holdfast(['restore', 'undo', pick(restored, /restore undo (\S+)/)]);
  await holdfast(['data', 'get', '5', ...customers], gone);
  await holdfast(['restore', 'run', ...source, ...because]);
  await holdfast(['data', 'get', '5', ...customers]);

  say('The restore did not rewind the log.');
  await holdfast(['audit', 'list', '--action', 'backup.*', '--limit', '10']);
  await holdfast(['audit', 'verify']);
  await holdfast(['status'], { lines: 24 });

  say('Another program reads the repository, with the recovery key as its password.');
  const repository = pick(shown, /^repository +(.+)$/m);
  const words = ['--repo', repository, '--no-cache', 'check', '--read-data'];
  const checked = await stage.other('restic', words, { RESTIC_PASSWORD: recoveryKey });
  if (checked === undefined) say('restic is not installed here, so this step was left out.');
}

const idOf = (output: string) => pick(output, /^id +(\S+)$/m);

function pick(output: string, pattern: RegExp): string {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new HoldfastError('INTERNAL', `The output has no ${pattern}.`);
  return found;
}
