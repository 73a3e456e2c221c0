import { expect } from 'vitest';
import { tamperAttacks } from '../../../shared/tamper-attacks.ts';
import type { Cases } from '../case.ts';

/** Attacks on a copy of the log. */
export const tamperDrill: Pick<Cases<'audit'>, 'runTamperDrill'> = {
  runTamperDrill: {
    given: () => ({}),
    leaves: ['log.drill'],
    answers(answer) {
      expect(answer).toMatchObject({ missed: 0, attacks: { length: tamperAttacks.length } });
    },
  },
};
