// What things can be, apart from the contract's schemas: a screen lists them without carrying zod along.

export const tenantStates = ['active', 'suspended'] as const;
export const principalKinds = ['user', 'bot'] as const;

export const jobStates = [
  'queued',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type JobState = (typeof jobStates)[number];

/** How far a snapshot can be validated, from its catalogue (0) to every row read again (4). */
export const validationLevels = [0, 1, 2, 3, 4] as const;

/** How a drill ended, or that it has not. `proven`: every row was read again and is what was saved. */
export const drillOutcomes = ['running', 'proven', 'failed', 'cancelled', 'interrupted'] as const;
export type DrillOutcome = (typeof drillOutcomes)[number];
