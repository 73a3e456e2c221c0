import type {
  BreachGap,
  BreachNature,
  BreachRisk,
  BreachRole,
  BreachState,
  NotTellingGround,
} from './breaches.ts';

/** What the command line and reports call it; screens have words of their own language. */
export const breachStateWords = {
  open: 'open',
  notified: 'told',
  'not-notifiable': 'not to be told to the authority',
  closed: 'closed',
} as const satisfies Record<BreachState, string>;

export const breachRoleWords = {
  controller: 'the controller, who tells the authority: Art. 33(1)',
  processor: 'a processor, who tells the controllers: Art. 33(2)',
  both: 'the controller of some of the data and the processor of other: Art. 33(1) and (2)',
} as const satisfies Record<BreachRole, string>;

export const breachNatureWords = {
  confidentiality: 'confidentiality: data was disclosed or accessed',
  integrity: 'integrity: data was changed',
  availability: 'availability: data was lost or out of reach',
} as const satisfies Record<BreachNature, string>;

export const breachRiskWords = {
  unlikely: 'a risk to people is unlikely',
  risk: 'a risk to people',
  high: 'a high risk to people',
} as const satisfies Record<BreachRisk, string>;

export const notTellingWords = {
  'unreadable-data': 'the data is unreadable to whoever got it, Art. 34(3)(a)',
  'risk-averted': 'measures taken since make a high risk unlikely, Art. 34(3)(b)',
  'public-notice': 'it would take disproportionate effort; the public was told instead, Art. 34(3)(c)',
} as const satisfies Record<NotTellingGround, string>;

export const breachGapWords = {
  nature: 'the nature of the breach',
  consequences: 'its likely consequences',
  measures: 'the measures taken',
  risk: 'the risk to people',
  contact: 'who can say more',
  authority: 'the notice to the authority, or why there is none',
  controllers: 'the notice to the controllers',
  people: 'the notice to the people, or why there is none',
} as const satisfies Record<BreachGap, string>;
