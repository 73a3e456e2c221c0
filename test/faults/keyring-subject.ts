// Changes the keyring of a folder for ever, until it is killed: adds a tenant, removes every third one. Prints
// a line only after the change is acknowledged. Arguments: folder, master key as hex.
import { randomUUID } from 'node:crypto';
import { writevSync } from 'node:fs';
import { Keyring } from '../../main/secrets/keyring.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';

const [folder = '', masterKey = ''] = process.argv.slice(2);
const keyring = await Keyring.open(folder, Buffer.from(masterKey, 'hex'));

// By writev, so that the faults at `write` meet the keyring's own.
const say = (line: string) => writevSync(1, [Buffer.from(line), Buffer.from('\n')]);

say('ready');
for (let round = 0; ; round += 1) {
  const id = randomUUID() as Uuid;
  try {
    say(`adding ${id}`);
    await keyring.addTenant(id);
    say(`added ${id}`);
    if (round % 3 !== 2) continue;
    say(`removing ${id}`);
    await keyring.removeTenant(id);
    say(`removed ${id}`);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    say(`refused ${error.code}`);
  }
}
