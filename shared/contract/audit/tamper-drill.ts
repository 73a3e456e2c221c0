import { z } from 'zod';
import { tamperAttacks, tamperObstacles, tamperOutcomes } from '../../tamper-attacks.ts';
import { operation } from '../operation.ts';
import { count, jobStarted } from '../values.ts';

const tried = z.object({
  attack: z.enum(tamperAttacks),
  outcome: z.enum(tamperOutcomes),
  /** What was changed in the copy; null where the attack could not be tried, or hits no single log. */
  target: z.object({ logId: z.string(), index: count.nullable() }).nullable(),
  /** What the verification said of it first, and where; null where it said nothing. */
  finding: z.object({ logId: z.string(), index: count.nullable(), reason: z.string() }).nullable(),
  /** How much else it said. */
  further: count,
  obstacle: z.enum(tamperObstacles).nullable(),
});
export type TriedAttack = z.infer<typeof tried>;

export const tamperDrillResult = z.object({
  attacks: z.array(tried),
  caught: count,
  missed: count,
  unguarded: count,
  notApplicable: count,
  /** What the verification before the first attack read, all of it. */
  logs: count,
  entries: count,
  /** Attacks hit the newest entries, so many of a log at least; what lies before was not read again for each. */
  stretch: count,
  durationMs: count,
});
export type TamperDrillResult = z.infer<typeof tamperDrillResult>;

/** A copy of the log is attacked, to see that each attack is found. */
export const tamperDrillOperations = {
  /** Copies the log, verifies the copy, changes it in every way that is known, and verifies it after each. */
  runTamperDrill: operation({ permission: 'audit:read', action: 'audit.drill', audited: 'read', job: true })
    .input(z.object({}))
    .output(jobStarted),
};
