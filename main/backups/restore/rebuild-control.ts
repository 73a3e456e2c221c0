import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { Repository } from '../container/repository.ts';
import { proveDatabases } from '../verify/prove-databases.ts';
import { rebuiltFile } from './rebuild.ts';
import { type PointInput, rebuildPoint } from './rebuild-point.ts';
import { notAsStored } from './restore-to-folder.ts';

export interface ControlInput extends PointInput {
  /** Where control.db comes to lie, which is not there yet. */
  readonly folder: string;
}

export interface RebuiltControl {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** Of its last commit, epoch milliseconds. */
  readonly moment: number;
}

/** Rebuilds control.db alone, durably, and proves it row by row. Errors: INTEGRITY, NOT_FOUND, STORAGE_FULL, READ_ONLY, IO, CANCELLED. */
export async function rebuildControl(
  repository: Repository,
  { folder, ...point }: ControlInput,
  context: WorkerContext,
): Promise<RebuiltControl> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const snapshot = await rebuildPoint(repository, { ...point, database: 'control' }, folder, context);
  const { problems, rows } = await proveDatabases(snapshot, folder, { level: 4, prefix: null }, context);
  if (problems.length > 0) throw notAsStored(problems);
  const file = rebuiltFile(folder, 'control');
  const [base] = snapshot.bases;
  return {
    file,
    rows,
    bytes: base?.database.bytes ?? 0,
    moment: base?.database.commits.lastTime ?? 0,
  };
}

/** Of a file, hex. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}
