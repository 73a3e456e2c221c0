import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ConsoleStand } from './console-stand.ts';
import { passphrase } from './story.ts';

export interface LostMachine {
  readonly target: string;
  readonly recoveryKey: string;
}

const made = z.object({ recoveryKey: z.string() });

/** An installation with two tenants whose data folder is gone, and what is left of it. */
export async function loseMachine(stand: ConsoleStand): Promise<LostMachine> {
  const target = join(stand.folder, 'backups');
  const secret = { HOLDFAST_PASSPHRASE: passphrase };
  const does = (...words: string[]) => stand.command([...words, '--json'], secret);
  const answer = await does('init', '--owner', 'Ada Obi', '--passphrase-only', '--target', target);
  const { recoveryKey } = made.parse(JSON.parse(answer));
  for (const name of ['Acme', 'Globex']) {
    const slug = name.toLowerCase();
    await does('tenant', 'create', '--name', name, '--tier', 'professional', '--slug', slug);
    const file = join(stand.folder, `${slug}.jsonl`);
    const lines = Array.from({ length: 40 }, (_, n) => JSON.stringify({ id: `${slug}-${n}`, n }));
    writeFileSync(file, `${lines.join('\n')}\n`);
    await does('data', 'import', file, '--tenant', slug, '--collection', 'people');
  }
  await does('backup', 'run', '--all');
  rmSync(stand.dataFolder, { recursive: true });
  return { target, recoveryKey };
}
