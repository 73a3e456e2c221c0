import { expect } from 'vitest';
import { z } from 'zod';
import { restic } from '../interop/restic-program.ts';
import { integrityOf, type Outcome, type SuiteFault, SuiteProcess, type Threads } from './suite-process.ts';

/** `HOLDFAST_SWEEP=full` tries every call there is; otherwise a few are drawn for each kind of work. */
export const fullSweep = process.env.HOLDFAST_SWEEP === 'full';

/** `HOLDFAST_SEED` draws others; the same seed draws the same, so that a finding can be looked at again. */
const seed = Number(process.env.HOLDFAST_SEED ?? 1);

/** Numbers in [0, 1) by a linear congruential generator modulo 2^32. */
function seededRandom(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const calls = ['write', 'writev', 'pwrite64', 'fsync', 'ftruncate', 'rename', 'unlink'];

const looked = z.object({
  integrity: z.object({ integrity_check: z.literal('ok') }),
  kept: z.unknown(),
  counted: z.unknown(),
  documents: z.array(z.tuple([z.string(), z.string()])),
  logged: z.array(
    z.object({ action: z.string(), outcome: z.string(), phase: z.string(), resource: z.string() }),
  ),
});

export interface Look {
  readonly documents: ReadonlyMap<string, string>;
  /** How many outcome entries tell of success, by `action resource`. */
  readonly logged: ReadonlyMap<string, number>;
}

/** Looks at a tenant; what must hold whatever happened is asserted here. */
export async function look(process: SuiteProcess, tenant: string): Promise<Look> {
  const found = looked.parse(await process.does({ do: 'look', tenant }));
  expect(found.kept).toEqual(found.counted);
  const logged = new Map<string, number>();
  for (const { action, outcome, phase, resource } of found.logged) {
    const key = `${action} ${resource}`;
    if (outcome === 'success' && phase === 'outcome') logged.set(key, (logged.get(key) ?? 0) + 1);
  }
  return { documents: new Map(found.documents), logged };
}

/** The log verifies and every database of the installation is sound. */
export async function judgeInstallation(process: SuiteProcess, folder: string): Promise<void> {
  expect(await process.calls('audit', 'verifyAuditLog', {})).toMatchObject({
    verdict: 'verified',
    problems: [],
  });
  for (const name of ['control', 'audit', 'keys', 'search']) {
    expect(integrityOf(`${folder}/${name}.db`), name).toBe('ok');
  }
}

const backupResult = z.object({ snapshots: z.tuple([z.object({ id: z.string(), repository: z.string() })]) });

/** Backs a tenant up; answers the snapshot. */
export async function backUp(process: SuiteProcess, tenant: string) {
  const result = await process.calls('backups', 'createBackup', { scope: { tenant } });
  return backupResult.parse(result).snapshots[0];
}

/** A new snapshot is made and proved row by row, the older one still restores, and restic finds no error. */
export async function judgeBackups(
  process: SuiteProcess,
  { tenant, recoveryKey, older }: { tenant: string; recoveryKey: string; older: readonly string[] },
): Promise<void> {
  const { id, repository } = await backUp(process, tenant);
  for (const snapshotId of [id, ...older]) {
    expect(
      await process.calls('backups', 'verifyBackupIntegrity', { snapshotId, level: 4 }),
      snapshotId,
    ).toMatchObject({ ok: true, problems: [] });
  }
  expect(restic(repository, recoveryKey, 'check', '--read-data')).toContain('no errors were found');
}

/** A kind of work that faults are tried on. */
export interface Work<State> {
  /** Where it can be hit, once that was counted. */
  spots?: Spot[];
  /** Before the fault: what the judge has to know. */
  prepare(process: SuiteProcess, round: number): Promise<State>;
  act(process: SuiteProcess, state: State): Promise<Outcome>;
  /** In a process that opened the folder anew, or in the one that went on. */
  judge(process: SuiteProcess, state: State, outcome: Outcome): Promise<void>;
}

type Spot = Pick<SuiteFault, 'threads' | 'call' | 'when'>;

/** Each call that `work` makes, by where it is made; counted once and then remembered. */
async function spotsOf<State>(process: SuiteProcess, work: Work<State>): Promise<Spot[]> {
  work.spots ??= await countedSpots(process, work);
  return work.spots;
}

async function countedSpots<State>(process: SuiteProcess, work: Work<State>): Promise<Spot[]> {
  const state = await work.prepare(process, 0);
  let outcome: Outcome = { end: 'died', stderr: '' };
  const counts = await process.countCalls(calls.join(), async () => {
    outcome = await work.act(process, state);
  });
  await work.judge(process, state, outcome);
  const spots: Spot[] = [];
  for (const [key, count] of counts) {
    const [threads = 'any', call = ''] = key.split(' ') as [Threads, string];
    for (let when = 1; when <= count; when += 1) spots.push({ threads, call, when });
  }
  return spots;
}

/** Draws so many, no two of the same call in the same threads while there are others. */
function draw(spots: readonly Spot[], count: number): Spot[] {
  if (fullSweep) return [...spots];
  const random = seededRandom(seed);
  const groups = Map.groupBy(spots, ({ threads, call }) => `${threads} ${call}`);
  const order = [...groups.values()].sort(() => random() - 0.5);
  const drawn: Spot[] = [];
  while (drawn.length < Math.min(count, spots.length)) {
    for (const group of order) {
      const [spot] = group.splice(Math.floor(random() * group.length), 1);
      if (spot !== undefined && drawn.length < count) drawn.push(spot);
    }
  }
  return drawn;
}

/** Kills the suite at calls of the work, opens it anew each time and judges. Answers how many times it died. */
export async function sweepKills<State>(folder: string, work: Work<State>, count: number): Promise<number> {
  let process = SuiteProcess.start(folder);
  let deaths = 0;
  try {
    await process.open();
    for (const [at, spot] of draw(await spotsOf(process, work), count).entries()) {
      const next = SuiteProcess.start(folder);
      const fault: SuiteFault = { ...spot, effect: 'signal=KILL' };
      try {
        const state = await work.prepare(process, at + 1);
        const { result: outcome } = await process.underFault(fault, () => work.act(process, state));
        if (outcome.end === 'died') deaths += 1;
        await process.kill();
        process = next;
        await process.open();
        await work.judge(process, state, outcome);
      } catch (error) {
        throw new Error(`killed at ${JSON.stringify(spot)}`, { cause: error });
      } finally {
        if (process !== next) await next.kill();
      }
    }
    return deaths;
  } finally {
    await process.kill();
  }
}

/** `write` also serves the event loop's own wake-up calls, and `writev` of the main thread the subject's answers. */
const onDisk = ({ threads, call }: Spot) => call !== 'write' && !(call === 'writev' && threads !== 'pool');

const refusals = ['IO', 'STORAGE_FULL', 'READ_ONLY', 'AUDIT_UNAVAILABLE'];

/**
 * Lets calls of the work fail. Each time the work succeeds all the same or is refused in words of the contract,
 * and the process goes on. Answers the codes it was refused with.
 */
export async function sweepErrors<State>(
  folder: string,
  work: Work<State>,
  count: number,
): Promise<Set<string>> {
  const process = SuiteProcess.start(folder);
  const codes = new Set<string>();
  try {
    await process.open();
    const spots = (await spotsOf(process, work)).filter(onDisk);
    for (const [at, spot] of draw(spots, count).entries()) {
      const effect = at % 2 === 0 ? 'error=EIO' : 'error=ENOSPC';
      try {
        const state = await work.prepare(process, at + 1);
        const { result: outcome } = await process.underFault({ ...spot, effect }, () =>
          work.act(process, state),
        );
        if (outcome.end === 'refused') {
          expect(refusals).toContain(outcome.code);
          expect(outcome.message).toMatch(/^[A-Z].*\.$/);
          codes.add(outcome.code);
        } else expect(outcome).toMatchObject({ end: 'done' });
        await work.judge(process, state, outcome);
      } catch (error) {
        throw new Error(`${effect} at ${JSON.stringify(spot)}`, { cause: error });
      }
    }
    const state = await work.prepare(process, 1000);
    const outcome = await work.act(process, state);
    expect(outcome).toMatchObject({ end: 'done' });
    await work.judge(process, state, outcome);
    await process.stop();
    return codes;
  } finally {
    await process.kill();
  }
}
