import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Unlock } from './core.ts';
import { usage } from './failure.ts';
import type { GlobalOptions } from './global-options.ts';
import { askSecretly } from './prompt.ts';
import type { Terminal } from './terminal.ts';

const longestSecret = 4_096;

/** The passphrase from its file, the environment, or the person at the terminal; in that order. */
export async function findPassphrase(options: GlobalOptions, terminal: Terminal): Promise<string> {
  const given = await givenPassphrase(options, terminal);
  if (given !== undefined) return given;
  if (!mayAsk(options, terminal)) throw noPassphrase();
  return await askSecretly(terminal, `Passphrase${options.operator ? ` of ${options.operator}` : ''}: `);
}

/** As findPassphrase, typed twice. */
export async function choosePassphrase(options: GlobalOptions, terminal: Terminal): Promise<string> {
  const given = await givenPassphrase(options, terminal);
  if (given !== undefined) return given;
  if (!mayAsk(options, terminal)) throw noPassphrase();
  return await askTwice(terminal, 'New passphrase (at least 12 characters): ');
}

export async function askTwice(terminal: Terminal, question: string): Promise<string> {
  const first = await askSecretly(terminal, question);
  if ((await askSecretly(terminal, 'The same again: ')) === first) return first;
  throw usage('The two passphrases differ.');
}

export async function givenPassphrase(
  options: GlobalOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  if (options.passphraseFile !== undefined) {
    return await readSecretFile(options.passphraseFile, terminal.workingFolder);
  }
  return terminal.environment.HOLDFAST_PASSPHRASE || undefined;
}

/** What opens an installation without a keychain: the unlock secret, else the operator's passphrase is tried. */
export async function findUnlock(
  options: GlobalOptions,
  terminal: Terminal,
  passphrase: string | undefined,
): Promise<Unlock> {
  const secret =
    options.unlockFile === undefined
      ? terminal.environment.HOLDFAST_UNLOCK || undefined
      : await readSecretFile(options.unlockFile, terminal.workingFolder);
  return {
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(options.operator === undefined ? {} : { operator: options.operator }),
    ...(secret === undefined ? {} : { unlockFileSecret: Buffer.from(secret) }),
  };
}

export function mayAsk(options: GlobalOptions, terminal: Terminal): boolean {
  return !options.json && terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;
}

/** The first 4096 bytes at most, without the line end an editor leaves. */
export async function readSecretFile(file: string, workingFolder: string): Promise<string> {
  const handle = await open(resolve(workingFolder, file), 'r');
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(longestSecret + 1),
      0,
      longestSecret + 1,
      null,
    );
    if (bytesRead > longestSecret) throw usage(`${file} is too long to hold a passphrase.`);
    return buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
  } finally {
    await handle.close();
  }
}

const noPassphrase = () =>
  new HoldfastError(
    'UNAUTHENTICATED',
    'No passphrase was given: use --passphrase-file FILE or the variable HOLDFAST_PASSPHRASE.',
  );
