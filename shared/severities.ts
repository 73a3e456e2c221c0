export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

export const outcomes = ['success', 'failure', 'unknown'] as const;
export type Outcome = (typeof outcomes)[number];

export const actorKinds = ['operator', 'user', 'bot', 'system'] as const;
export type ActorKind = (typeof actorKinds)[number];
