/** Regulation (EU) 2016/679, Art. 33 and 34: what a record of a personal-data breach goes through. */

/** `notified`: whoever has to be told was; `not-notifiable`: it was decided that the authority need not be. */
export const breachStates = ['open', 'notified', 'not-notifiable', 'closed'] as const;
export type BreachState = (typeof breachStates)[number];

/** Of whoever runs the installation: `processor` of data of which others decide, who are told (Art. 33(2)) and then tell the authority themselves. */
export const breachRoles = ['controller', 'processor', 'both'] as const;
export type BreachRole = (typeof breachRoles)[number];

/** What was breached: data was disclosed, changed, or lost. */
export const breachNatures = ['confidentiality', 'integrity', 'availability'] as const;
export type BreachNature = (typeof breachNatures)[number];

/** To the rights and freedoms of people: `unlikely` needs no notice to the authority, `high` one to the people as well. */
export const breachRisks = ['unlikely', 'risk', 'high'] as const;
export type BreachRisk = (typeof breachRisks)[number];

/** Why people need not be told of a high risk: Art. 34(3)(a), (b) and (c). */
export const notTellingGrounds = ['unreadable-data', 'risk-averted', 'public-notice'] as const;
export type NotTellingGround = (typeof notTellingGrounds)[number];

/** What stands between a record and its end. */
export const breachGaps = [
  'nature',
  'consequences',
  'measures',
  'risk',
  'contact',
  'authority',
  'controllers',
  'people',
] as const;
export type BreachGap = (typeof breachGaps)[number];

const hourMs = 3_600_000;

/** From the moment that somebody was aware of it to the notice to the authority, Art. 33(1). */
export const breachNoticeMs = 72 * hourMs;

/** So much is left when people are told: a day, six hours, nothing. The index, from 1, is the stage. */
const breachStagesMs = [24 * hourMs, 6 * hourMs, 0] as const;

/** 0 while more than a day is left, then 1, 2 and 3: past due. `leftMs` is negative past due. */
export function breachStage(leftMs: number): number {
  return breachStagesMs.filter((stage) => leftMs <= stage).length;
}
