import { Random } from '../backup-engine/random.ts';
import { judgeStand, judgeWords } from './judge.ts';
import type { OperationName } from './operations.ts';
import type { Prepared } from './prepared.ts';
import { type Effect, effects, type Fault, runTraced, type Spot } from './traced.ts';

/**
 * One spot of each position in what an operation writes: the first and the last of calls of one kind on one file that follow each other;
 * of those before and after the operation itself only what no other operation does, by `seen`.
 */
export function positions(spots: readonly Spot[], seen: Set<string>): Spot[] {
  const ours = new Set<string>();
  const nth = new Map<string, number>();
  const found = spots.filter(({ thread, call, file, phase, isFirst, isLast }) => {
    if (!isFirst && !isLast) return false;
    if (phase === 'during') return true;
    const kind = `${phase} ${thread === 'later' ? thread : ''} ${call} ${file} ${isFirst}`;
    nth.set(kind, (nth.get(kind) ?? 0) + 1);
    const key = `${kind} ${nth.get(kind)}`;
    ours.add(key);
    return !seen.has(key);
  });
  for (const key of ours) seen.add(key);
  return found;
}

/** Every spot with every effect that it can have, in an order that a seed chooses; at most so many of each kind of call on each kind of file in each thread. */
export function faultsAt(spots: readonly Spot[], seed: number, most = Number.POSITIVE_INFINITY): Fault[] {
  const random = new Random(seed);
  const faults = spots.flatMap((spot) =>
    effects.filter(isFitting(spot)).map((effect) => ({ ...spot, effect })),
  );
  const shuffled = faults
    .map((fault) => ({ fault, at: random.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ fault }) => fault);
  const kinds = Map.groupBy(
    shuffled,
    ({ thread, call, file, effect }) => `${thread} ${call} ${file} ${effect}`,
  );
  const chosen = new Set([...kinds.values()].flatMap((kind) => kind.slice(0, most)));
  return shuffled.filter((fault) => chosen.has(fault));
}

/** No call asks for space but those that write or name; and of calls that follow each other the first meets a full disk. */
const isFitting =
  ({ call, isFirst }: Spot) =>
  (effect: Effect) =>
    effect !== 'error=ENOSPC' || (isFirst && !['unlink', 'ftruncate'].includes(call));

/** One line that names it in each run. */
export function faultText(name: OperationName, { thread, call, when, effect, file, phase }: Fault): string {
  return `${name} ${phase} ${call} ${when} of thread ${thread} ${file} ${effect}`;
}

export interface Tried {
  /** Whether the fault came. */
  readonly hit: boolean;
  /** What it left was judged already after another one. */
  readonly known: boolean;
}

/** Does the operation with one fault and judges what is left, then puts the installation back. */
export async function tryFault(
  prepared: Prepared,
  name: OperationName,
  fault: Fault,
  judged = new Set<string>(),
): Promise<Tried> {
  const run = await runTraced(prepared, name, fault);
  try {
    judgeWords(run, fault.effect);
    const known = await judgeStand(prepared, name, run, judged);
    return { hit: run.hit.length > 0 || run.status === null, known };
  } catch (error) {
    throw new Error(
      `${faultText(name, fault)} (${run.hit.join(', ') || 'no file named'}): ${(error as Error).message}\n${run.stdout}`,
      { cause: error },
    );
  } finally {
    prepared.putBack();
  }
}
