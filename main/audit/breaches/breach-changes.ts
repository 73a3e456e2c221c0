import type { BreachGap } from '../../../shared/breaches.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { type BreachContent, dueAtOf, gapsOf } from './breach-content.ts';
import type { Input } from './inputs.ts';

/** What each step of a record changes in it, and when the step is refused. Times are epoch milliseconds. */

/** Errors: VALIDATION (times). */
export function requireTimes(
  { beganAt, awareAt }: Pick<BreachContent, 'beganAt' | 'awareAt'>,
  now: number,
): void {
  if (Date.parse(awareAt) > now) throw invalid('awareAt', 'in-future', 'It cannot be noticed in the future.');
  if (beganAt !== null && beganAt > awareAt)
    throw invalid('beganAt', 'after-awareness', 'It cannot begin after it was noticed.');
}

/**
 * A risk that turns out greater takes back the decision not to tell the authority. Errors: VALIDATION (times; no reason for
 * another time of awareness, or another role).
 */
export function updated(
  before: BreachContent,
  facts: { readonly [Name in keyof BreachContent]?: BreachContent[Name] | undefined },
  { now, reason }: { readonly now: number; readonly reason: string | undefined },
): BreachContent {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  const merged: BreachContent = { ...before, ...Object.fromEntries(given) };
  requireTimes(merged, now);
  if (merged.awareAt !== before.awareAt && reason === undefined)
    throw invalid('reason', 'required', 'Say why it was noticed at another time: that moves the 72 hours.');
  if (merged.role !== before.role && reason === undefined)
    throw invalid('reason', 'required', 'Say why the role is another: it decides who has to be told.');
  const { risk } = merged;
  return {
    ...merged,
    notNotified: risk === 'unlikely' ? merged.notNotified : null,
    notTold: risk === 'high' ? merged.notTold : null,
  };
}

/** Errors: VALIDATION (the time; late without a reason). */
export function authorityNotified(
  before: BreachContent,
  { at, authority, reference, note, lateReason }: Input<'notifyBreachAuthority'>,
  now: number,
): BreachContent {
  requireBetween(at, before, now);
  const isFirst = before.notifications.length === 0;
  const isLate = before.role !== 'processor' && Date.parse(at) > dueAtOf(before);
  if (isFirst && isLate && lateReason === undefined) {
    throw invalid('lateReason', 'required', 'More than 72 hours have passed: say why the notice is late.');
  }
  const notice = { at, authority, reference: reference ?? null, note: note ?? null };
  return {
    ...before,
    notifications: [...before.notifications, notice],
    lateReason: isFirst && isLate ? (lateReason ?? null) : before.lateReason,
    notNotified: null,
  };
}

/** Errors: CONFLICT (nobody else is the controller), VALIDATION (the time). */
export function controllerTold(
  before: BreachContent,
  { at, name, how }: Input<'notifyBreachController'>,
  now: number,
): BreachContent {
  if (before.role === 'controller') {
    throw conflict(
      'breach-role',
      'The record says that nobody else decides about the data. Change that first: `holdfast breach update --role processor`.',
    );
  }
  requireBetween(at, before, now);
  return { ...before, controllers: [...before.controllers, { at, name, how: how ?? null }] };
}

/** Errors: VALIDATION (the time). */
export function peopleTold(
  before: BreachContent,
  { at, how }: Input<'notifyBreachPeople'>,
  now: number,
): BreachContent {
  requireBetween(at, before, now);
  return { ...before, told: [...before.told, { at, how }], notTold: null };
}

/** Errors: CONFLICT (the risk, or the role, does not allow it; it was told already), VALIDATION (no ground). */
export function decided(
  before: BreachContent,
  { about, ground, reason }: Input<'decideBreach'>,
  now: number,
): BreachContent {
  const at = toRfc3339(now);
  const { role, risk, notifications, told } = before;
  if (role === 'processor') {
    throw conflict(
      'breach-role',
      'Whether the authority or people are told is for the controllers to decide.',
    );
  }
  if (about === 'authority') {
    if (notifications.length > 0)
      throw conflict('breach-notified', 'The authority was told of this breach already.');
    if (risk !== 'unlikely') {
      throw conflict(
        'breach-risk',
        'Only where a risk to people is unlikely need the authority not be told. Judge the risk first: `holdfast breach update --risk unlikely`.',
      );
    }
    return { ...before, notNotified: { at, reason } };
  }
  if (told.length > 0) throw conflict('breach-notified', 'People were told of this breach already.');
  if (risk !== 'high')
    throw conflict('breach-risk', 'People have to be told of a high risk only, and this one is none.');
  if (ground === undefined)
    throw invalid('ground', 'required', 'Name the ground on which people are not told.');
  return { ...before, notTold: { at, ground, reason } };
}

/** Errors: CONFLICT (something is missing: data.missing). */
export function closed(before: BreachContent, reason: string, now: number): BreachContent {
  const missing: BreachGap[] = gapsOf(before);
  if (missing.length > 0) {
    throw new HoldfastError('CONFLICT', `The record lacks ${missing.join(', ')}. Add that, then close it.`, {
      reason: 'breach-incomplete',
      missing,
    });
  }
  return { ...before, closed: { at: toRfc3339(now), reason } };
}

export function requireOpen({ closed: end }: BreachContent): void {
  if (end !== null) throw conflict('breach-closed', 'This breach is closed. Reopen it first, with a reason.');
}

export function reopened(before: BreachContent): BreachContent {
  if (before.closed === null) throw conflict('breach-open', 'This breach is not closed.');
  return { ...before, closed: null };
}

function requireBetween(at: string, { awareAt }: BreachContent, now: number): void {
  if (at < awareAt) throw invalid('at', 'before-awareness', 'Nobody can be told before it was noticed.');
  if (Date.parse(at) > now)
    throw invalid('at', 'in-future', 'Only what was done is recorded, not what is planned.');
}

function invalid(path: string, reason: string, message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path, reason }] });
}

function conflict(reason: string, message: string): HoldfastError {
  return new HoldfastError('CONFLICT', message, { reason });
}
