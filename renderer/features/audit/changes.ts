import type { AuditStates } from '../../../shared/contract/audit/states.ts';

/** One member of a state; undefined where it was not there. */
export interface Change {
  readonly member: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly changed: boolean;
}

/** The members of two states, those that changed first, each in the order of names. */
export function changesOf({ before, after }: AuditStates): Change[] {
  const [old, now] = [membersOf(before), membersOf(after)];
  const both = before !== null && after !== null;
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((member) => {
      const pair = { before: old.get(member), after: now.get(member) };
      return { member, ...pair, changed: both && pair.before !== pair.after };
    })
    .sort(
      (one, other) => Number(other.changed) - Number(one.changed) || (one.member < other.member ? -1 : 1),
    );
}

/** By path: `limits.bots`. */
function membersOf(state: AuditStates['before'], path = ''): Map<string, string> {
  if (state === null && path === '') return new Map();
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    return new Map([[path === '' ? '·' : path, typeof state === 'string' ? state : JSON.stringify(state)]]);
  }
  return new Map(
    Object.entries(state).flatMap(([name, value]) => [
      ...membersOf(value, path === '' ? name : `${path}.${name}`),
    ]),
  );
}
