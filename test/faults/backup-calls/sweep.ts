import { Random } from '../backup-engine/random.ts';
import { judgeStand, judgeWords } from './judge.ts';
import type { OperationName } from './operations.ts';
import type { Prepared } from './prepared.ts';
import { type Effect, effects, type Fault, runTraced, type Spot } from './traced.ts';

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

/** No call asks for space but those that write or name. */
const isFitting =
  ({ call }: Spot) =>
  (effect: Effect) =>
    effect !== 'error=ENOSPC' || !['unlink', 'ftruncate'].includes(call);

/** Does the operation with one fault and judges what is left, then puts the installation back. Answers whether the fault came. */
export async function tryFault(prepared: Prepared, name: OperationName, fault: Fault): Promise<boolean> {
  const { thread, call, effect, when, file } = fault;
  const run = await runTraced(prepared, name, fault);
  try {
    judgeWords(run, effect);
    await judgeStand(prepared, name, run);
  } catch (error) {
    const where = `${effect} at ${call} ${when} of thread ${thread}, ${file}`;
    throw new Error(
      `${name}: ${where} (${run.hit.join(', ') || 'no file named'}): ${(error as Error).message}\n${run.stdout}`,
      { cause: error },
    );
  } finally {
    prepared.putBack();
  }
  return run.hit.length > 0 || run.status === null;
}
