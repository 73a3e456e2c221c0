export const steps = ['what', 'when', 'where', 'conflicts', 'summary', 'run', 'result'] as const;
export type Step = (typeof steps)[number];

const choosing = ['what', 'when', 'where', 'conflicts', 'summary'] as const;
type Choosing = (typeof choosing)[number];

/** Whether each step of choosing holds all that it has to. */
export type Readiness = Readonly<Record<Choosing, boolean>>;

/**
 * The step to show. One that was asked for is shown only when all before it are ready, and what has been started only
 * when it was: an address cannot skip a step.
 */
export function shownStep(asked: Step, started: boolean, ready: Readiness): Step {
  if (started && (asked === 'run' || asked === 'result')) return asked;
  return choosing.find((each) => each === asked || !ready[each]) ?? 'summary';
}
