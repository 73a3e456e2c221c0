import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitStatus, exitStatusOf } from './exit-status.ts';
import { toFailure } from './failure.ts';
import { stage } from './tour/stage.ts';
import { story } from './tour/story.ts';

// `npm run tour`: the whole story on sample data, by the commands an operator would type.
const print = (text: string) => void process.stdout.write(`${text}\n`);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const folder = await mkdtemp(join(tmpdir(), 'holdfast-tour-'));
const { HOLDFAST_UNLOCK: _, ...inherited } = process.env;
const environment = {
  ...inherited,
  HOLDFAST_DATA: join(folder, 'installation'),
  HOLDFAST_PASSPHRASE: randomBytes(18).toString('base64url'),
};

print(
  `# Holdfast: from an empty folder to a verified restore\n\nIn ${folder}; the passphrase of this tour is random.`,
);
const began = Date.now();
try {
  const setting = { bin: here('./holdfast.mjs'), environment, interrupted: stop.signal, print };
  await story(stage(setting), here('../../samples/chinook/'));
  print(
    `\n## Done in ${((Date.now() - began) / 1000).toFixed(0)} s. ${folder} is removed; nothing else was touched.`,
  );
  process.exitCode = exitStatus.done;
} catch (error) {
  const failure = toFailure(error);
  print(`\n## The tour stopped: ${failure.message}\n${folder} is removed.`);
  process.exitCode = exitStatusOf(failure, stop.signal.aborted);
} finally {
  await rm(folder, { recursive: true, force: true });
}
