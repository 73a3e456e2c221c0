import type { TamperAttack, TamperObstacle } from '../../../shared/tamper-attacks.ts';
import type { Reading } from '../../storage/store.ts';
import type { StoredLog } from '../log-store.ts';
import type { Marks } from '../verify/marks.ts';
import type { Mark, VouchedHead } from '../verify/verify-log.ts';
import type { LogsCheck } from '../verify/verify-logs.ts';

/** The copy that is attacked, inside a transaction that is undone. */
export interface Target {
  /** Writes too. */
  readonly copy: Reading;
  readonly check: LogsCheck;
  readonly marks: Marks;
  /** The installation's present log. */
  readonly installation: StoredLog;
  /** Tenants' logs of this epoch with entries, smallest first. */
  readonly tenants: readonly StoredLog[];
  /** What an anchor says of the log as it is by now, longer than the copy; undefined where none does. */
  readonly newer: VouchedHead | undefined;
}

/** What was changed, and what of it has to be read again besides the installation's log. */
export interface Hit {
  readonly logId: string;
  readonly index: number | null;
  readonly again?: readonly string[];
  /** From their first entry on. */
  readonly whole?: readonly string[];
  /** Another database is there: all of it is read. */
  readonly everything?: true;
  /** Whose key was deleted as well. */
  readonly without?: string;
  /** What then decides how long the log is kept. */
  readonly retention?: string;
  /** What vouches for the log from outside, where it is not what did at the time of the copy; null: nothing does. */
  readonly anchor?: VouchedHead | null;
}

export interface Attack {
  readonly name: TamperAttack;
  /** Changes the copy; or says what of it is missing. */
  readonly strike: (target: Target) => Hit | TamperObstacle;
}

/** A tenant's log with more entries is not moved as a whole: undoing it would take as long. */
export const mostMoved = 20_000;

/** The mark of a log; what comes before it is left alone. */
export function markOf({ marks }: Target, { origin }: StoredLog): Mark {
  const mark = marks.logs.get(origin);
  if (mark === undefined) throw new TypeError(`no mark of ${origin}`);
  return mark;
}

/** How many entries of the installation's log may be attacked: those after its mark. */
export function within(target: Target): { readonly first: number; readonly count: number } {
  const first = markOf(target, target.installation).edge.size;
  return { first, count: target.installation.size - first };
}
