import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemIds } from '../../main/suite/system.ts';
import { systemClock } from '../../shared/clock.ts';
import { Engine } from './backup-engine/engine.ts';

/** HOLDFAST_ENGINE="steps seed" runs longer, or otherwise. */
const [steps = 120, seed = 77] = (process.env.HOLDFAST_ENGINE ?? '')
  .split(' ')
  .filter((word) => word !== '')
  .map(Number);

test(`${steps} steps of seed ${seed} go as the model says`, { timeout: 120_000 + steps * 3000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-engine-'));
  const ids = systemIds(systemClock);
  const log: string[] = [];
  mkdirSync(join(folder, 'data'));
  const engine = new Engine(
    join(folder, 'data'),
    { tenantId: ids.uuid(), installationId: ids.uuid() },
    { seed, log: (line) => void log.push(line) },
  );
  await expect(
    engine.run(steps).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\nsteps: ${log.slice(-60).join(', ')}`, { cause: error });
    }),
  ).resolves.toBeUndefined();
  rmSync(folder, { recursive: true, force: true });
});
