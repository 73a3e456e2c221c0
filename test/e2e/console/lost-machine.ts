import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleStand } from './console-stand.ts';
import { prepare } from './prepared.ts';

export interface LostMachine {
  readonly target: string;
  readonly recoveryKey: string;
}

const fill: Parameters<typeof prepare>[1] = async (client, ended) => {
  for (const name of ['Acme', 'Globex']) {
    const slug = name.toLowerCase();
    const { id: tenant } = await client.tenants.createTenant({ name, tier: 'professional', slug });
    for (let n = 0; n < 40; n += 1) {
      await client.tenants.putDocument({ tenant, collection: 'people', id: `${slug}-${n}`, value: { n } });
    }
  }
  await ended(await client.backups.createBackup({ scope: { all: true } }));
};

/** An installation with two tenants whose data folder is gone, and what is left of it. */
export async function loseMachine(stand: ConsoleStand): Promise<LostMachine> {
  const target = join(stand.folder, 'backups');
  const recoveryKey = await prepare(stand.dataFolder, fill, target);
  rmSync(stand.dataFolder, { recursive: true });
  return { target, recoveryKey };
}
