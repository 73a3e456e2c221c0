// Does to the keychain of its own session what must not happen to that of other tests: locks it, or stops the
// daemon as one that waits behind a prompt for ever. Prints what Holdfast then says, as one line of JSON.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { writeInstallation } from '../../main/secrets/installation.ts';
import { systemKeychain } from '../../main/secrets/keychain.ts';
import { Keyring } from '../../main/secrets/keyring.ts';
import {
  keepMasterKey,
  masterKeyAccount,
  newMasterKey,
  unlockMasterKey,
} from '../../main/secrets/master-key.ts';
import { deriveRecovery } from '../../main/secrets/recovery-derivation.ts';
import { generateRecoveryKey } from '../../main/secrets/recovery-key.ts';
import { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';

const [fault, folder = ''] = process.argv.slice(2);

function sessionBus(destination: string, ...call: string[]): string {
  const options = ['--session', '--print-reply=literal', `--dest=${destination}`];
  return execFileSync('dbus-send', [...options, ...call], { encoding: 'utf8' });
}

async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return 'done';
  } catch (error) {
    return error instanceof HoldfastError ? { code: error.code, data: error.data } : String(error);
  }
}

function lock(): void {
  sessionBus(
    'org.freedesktop.secrets',
    '/org/freedesktop/secrets',
    'org.freedesktop.Secret.Service.Lock',
    'array:objpath:/org/freedesktop/secrets/collection/login',
  );
}

async function locked(): Promise<unknown> {
  const keychain = systemKeychain();
  const id = randomUUID() as Uuid;
  const masterKey = newMasterKey();
  await writeInstallation(folder, { id, secrets: 'keychain', createdAt: 1 });
  await keepMasterKey(keychain, id, masterKey);
  const recovery = await deriveRecovery(generateRecoveryKey());
  await Keyring.create(folder, { installationId: id, masterKey, recovery });
  const opened = (await unlockMasterKey(folder, keychain)).equals(masterKey);
  lock();
  return {
    opened,
    answered: await keychain.get(masterKeyAccount(id)),
    unlock: await codeOf(unlockMasterKey(folder, keychain)),
    keep: await codeOf(keepMasterKey(keychain, randomUUID() as Uuid, newMasterKey())),
  };
}

/** A whole installation whose keychain is locked between two starts. */
async function lockedSuite(): Promise<unknown> {
  const owner = { ownerName: 'Ada', ownerPassphrase: 'correct horse battery staple' };
  const { suite } = await EnterpriseSuite.initialise({ dataFolder: folder, secrets: 'keychain', ...owner });
  await suite.stop();
  const files = () => readdirSync(folder).sort().join();
  const before = files();
  lock();
  const refused = await codeOf(EnterpriseSuite.open({ dataFolder: folder }));
  return { refused, unchanged: files() === before };
}

async function hanging(): Promise<unknown> {
  const bus = 'org.freedesktop.DBus';
  const method = 'org.freedesktop.DBus.GetConnectionUnixProcessID';
  const answer = sessionBus(bus, '/org/freedesktop/DBus', method, 'string:org.freedesktop.secrets');
  const daemon = Number(/(\d+)\s*$/.exec(answer)?.[1]);
  process.kill(daemon, 'SIGSTOP');
  const keychain = systemKeychain({ timeoutMs: 1000 });
  const started = performance.now();
  const asked = [keychain.get('a'), keychain.get('b'), keychain.set('c', 'd')].map(codeOf);
  const answers = await Promise.all(asked);
  const waitedMs = performance.now() - started;
  process.kill(daemon, 'SIGCONT');
  let again = await codeOf(keychain.get('a'));
  for (let tries = 0; tries < 50 && again !== 'done'; tries += 1) {
    await sleep(50);
    again = await codeOf(keychain.get('a'));
  }
  return { answers, waitedOnce: waitedMs < 2000, again };
}

const faults = { locked, suite: lockedSuite, hanging };
console.log(JSON.stringify(await faults[z.enum(['locked', 'suite', 'hanging']).parse(fault)]()));
