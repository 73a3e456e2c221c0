import type { JobState } from '../../shared/contract/suite.ts';
import { words } from '../i18n/en/words.ts';
import type { Tone } from './state-badge.tsx';

const kinds: Readonly<Record<string, string>> = words.jobKind;

/** What a kind of job is called; its own name where there is no word for it. */
export function jobKindText(kind: string): string {
  // the names of kinds have dots in them, which a key of a text cannot have
  return (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? kind;
}

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
