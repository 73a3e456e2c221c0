import { tamperAttacks } from '../../../shared/tamper-attacks.ts';
import type { Attack } from './attack.ts';
import { attacksOnEntries } from './attacks-on-entries.ts';
import { attacksOnLogs } from './attacks-on-logs.ts';
import { attacksOnProofs } from './attacks-on-proofs.ts';

const all = [...attacksOnEntries, ...attacksOnProofs, ...attacksOnLogs];

/** Every attack, in the order of `tamperAttacks`. */
export const attacks: readonly Attack[] = tamperAttacks.map((name) => {
  const attack = all.find((each) => each.name === name);
  if (attack === undefined) throw new TypeError(`nobody knows how to do ${name}`);
  return attack;
});
