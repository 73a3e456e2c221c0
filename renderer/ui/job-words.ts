import type { JobState } from '../../shared/states.ts';
import { words } from '../i18n/en/words.ts';
import { tryText } from '../i18n/translate.ts';
import type { Tone } from './tone.ts';

/** What a kind of job is called; its own name where there is no word for it. */
export function jobKindText(kind: string): string {
  return tryText(['words', 'jobKind', kind]) ?? kind;
}

/** Every kind there is a word for. */
export const jobKinds: readonly string[] = Object.keys(words.jobKind);

/** How the state of a job looks. */
export const jobTones = {
  queued: 'neutral',
  running: 'info',
  cancelling: 'warning',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  interrupted: 'warning',
} as const satisfies Record<JobState, Tone>;
