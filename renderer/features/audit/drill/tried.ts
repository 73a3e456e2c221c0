import {
  type TamperAttack,
  type TamperObstacle,
  type TamperOutcome,
  tamperAttacks,
  tamperObstacles,
  tamperOutcomes,
} from '../../../../shared/tamper-attacks.ts';
import { list, member, number, text } from '../../../ui/json-member.ts';

/** One attack as the result of a drill has it. */
export interface Tried {
  readonly attack: TamperAttack;
  readonly outcome: TamperOutcome;
  /** What the verification said first; undefined where it said nothing. */
  readonly reason: string | undefined;
  /** Where that is, or else what was hit; undefined where it is no single entry. */
  readonly index: number | undefined;
  readonly further: number;
  readonly obstacle: TamperObstacle | undefined;
}

const rank: Readonly<Record<TamperOutcome, number>> = {
  missed: 0,
  unguarded: 1,
  caught: 2,
  'not-applicable': 3,
};

/** The attacks of a job's result, what asks for attention first. */
export function triedIn(result: unknown): Tried[] {
  return list(result, 'attacks')
    .flatMap((each) => {
      const attack = tamperAttacks.find((known) => known === text(each, 'attack'));
      const outcome = tamperOutcomes.find((known) => known === text(each, 'outcome'));
      if (attack === undefined || outcome === undefined) return [];
      const finding = member(each, 'finding');
      const index = member(finding, 'index') ?? member(member(each, 'target'), 'index');
      return [
        {
          attack,
          outcome,
          reason: text(finding, 'reason') || undefined,
          index: typeof index === 'number' ? index : undefined,
          further: number(each, 'further'),
          obstacle: tamperObstacles.find((known) => known === text(each, 'obstacle')),
        },
      ];
    })
    .sort((one, other) => rank[one.outcome] - rank[other.outcome]);
}

/** What a drill comes to: its worst outcome. */
export function verdictOf(result: unknown): 'caught' | 'unguarded' | 'missed' {
  if (number(result, 'missed') > 0) return 'missed';
  return number(result, 'unguarded') > 0 ? 'unguarded' : 'caught';
}
