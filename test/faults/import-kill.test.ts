import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Uuid } from '../../shared/ids.ts';
import {
  keptAndCounted,
  operation,
  recorded,
  TenantStand,
  temporaryFolder,
} from '../doubles/tenant-stand.ts';

let base: string;
let tenant: Uuid;

beforeEach(async () => {
  base = await temporaryFolder();
  const installation = await TenantStand.open(base);
  tenant = (await installation.createTenant()).id;
  await installation.put(tenant, 'notes', 'd1', { before: true });
  const lines = Array.from({ length: 30_000 }, (_, n) => `{"id":"d${n}","text":"number ${n}"}`);
  await installation.file('import.jsonl', lines.join('\n'));
  await installation.close();
});
afterEach(() => rm(base, { recursive: true }));

const rows = (installation: TenantStand) =>
  installation.manager.withDatabase(tenant, ({ store }) =>
    store.sql('SELECT collection, id, revision, state, content FROM documents ORDER BY 1, 2, 3').all(),
  );

async function killDuringImport(steps: number): Promise<void> {
  const subject = new URL('import-subject.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [subject, base, `${base}/outside/import.jsonl`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let importing = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('2 ')) importing += 1;
    if (importing >= steps) child.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
}

test.each([1, 2, 4])(
  'killed at step %i of an import: what is there is whole, and the import can be undone',
  async (steps) => {
    let installation = await TenantStand.open(base);
    const before = await rows(installation);
    await installation.close();
    await killDuringImport(steps);
    installation = await TenantStand.open(base);
    await installation.manager.sweepOrphans();
    const [interrupted] = (await installation.manager.listImports({ tenant })).items;
    expect(interrupted).toMatchObject({ state: 'interrupted' });
    const prefix = installation.keys.rowHashPrefix(tenant);
    const { kept, counted } = await installation.manager.withDatabase(tenant, ({ store }) =>
      keptAndCounted(store, prefix),
    );
    expect(kept).toEqual(counted);
    const events = await installation.manager.withDatabase(tenant, ({ store }) => recorded(store));
    expect(events.at(-1)).toMatchObject({ act: 'data.import', outcome: 'unknown' });
    if (interrupted === undefined) throw new RangeError('an import');
    const { importId, removed } = (await installation.jobs.result(
      installation.manager.undoImport({ tenant, importId: interrupted.id }, operation('data.import.undo')),
    )) as { importId: Uuid; removed: number };
    expect({ importId, removed }).toEqual({ importId: interrupted.id, removed: interrupted.imported });
    expect(await rows(installation)).toEqual(before);
    await installation.close();
  },
);
