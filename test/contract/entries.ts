import type { OperationMeta } from '../../shared/contract/operation.ts';
import type { Entry } from './evidence.ts';

/** What the contract's meta says of an entry. */
export interface Expected {
  readonly act: string;
  readonly sev: string;
  readonly out: string;
  readonly ph: string;
  readonly error?: unknown;
}

export function seen({ act, sev, out, ph, x }: Entry): Expected {
  return { act, sev, out, ph, ...(out === 'failure' ? { error: x?.error } : {}) };
}

/** Intents first, as they come first in time though perhaps in another log; without actions of `others`. */
export function entriesOf(entries: readonly Entry[], others: readonly string[] = []): Expected[] {
  const own = entries.filter(({ act }) => !others.includes(act)).map(seen);
  return [...own.filter(({ ph }) => ph === 'intent'), ...own.filter(({ ph }) => ph !== 'intent')];
}

function intentOf({ action = '', severity = 'info' }: OperationMeta): Expected {
  return { act: action, sev: severity, out: 'unknown', ph: 'intent' };
}

export function ofSuccess(meta: OperationMeta, intends = false): Expected[] {
  const { action, severity = 'info', critical = false } = meta;
  if (action === undefined) return [];
  const outcome = { act: action, sev: severity, out: 'success', ph: 'outcome' };
  return critical || intends ? [intentOf(meta), outcome] : [outcome];
}

const beforeTheIntent = ['UNAUTHENTICATED', 'FORBIDDEN', 'STEP_UP_REQUIRED'];

export function ofRefusal(meta: OperationMeta, error: string): Expected[] {
  const { action, severity = 'info', critical = false } = meta;
  if (action === undefined) return [];
  const outcome = { act: action, sev: severity, out: 'failure', ph: 'outcome', error };
  return critical && !beforeTheIntent.includes(error) ? [intentOf(meta), outcome] : [outcome];
}
