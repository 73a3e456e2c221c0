import { toRfc3339 } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';

/** An operator who may change how long the log is kept. */
export interface Approver {
  readonly id: Uuid;
  /** When the account was made, or somebody else last set its passphrase; in epoch milliseconds. */
  readonly since: number;
}

const dayMs = 24 * 3_600_000;

/** 24 hours after the last of these times; all are epoch milliseconds. */
export function dayAfter(...times: readonly number[]): number {
  return Math.max(...times) + dayMs;
}

interface Approval {
  readonly askedBy: Uuid;
  readonly by: Uuid;
  readonly approvers: readonly Approver[];
  /** When the clock was last found to be turned; 0: never. */
  readonly clockTurnedAt: number;
  readonly now: number;
}

/** Throws FORBIDDEN unless two people agree, neither of them with an account that was made for it. */
export function requireTwo({ askedBy, by, approvers, clockTurnedAt, now }: Approval): void {
  if (by === askedBy) {
    throw refused('own-change', 'Another operator has to approve what you asked for.');
  }
  const sinceOf = (id: Uuid) => approvers.find((each) => each.id === id)?.since;
  const [asked, approved] = [sinceOf(askedBy), sinceOf(by)];
  if (asked === undefined || approved === undefined) {
    throw refused('asker-gone', 'Who asked for it is no owner any more. Ask for the change anew.');
  }
  const from = dayAfter(asked, approved, clockTurnedAt);
  if (now >= from) return;
  throw refused(
    'account-too-new',
    `Both accounts have to be 24 hours old, and so does the last passphrase that somebody else set for one, and the last turn of the clock. Approve it from ${toRfc3339(from)} on.`,
  );
}

const refused = (reason: string, message: string) => new HoldfastError('FORBIDDEN', message, { reason });
