import type { Job } from '../../shared/contract/suite.ts';
import { tryText } from '../i18n/translate.ts';
import type { Tone } from './state-badge.tsx';

/** What a kind of job is called. */
export function jobKindText(kind: string): string {
  return tryText(['words', 'jobKind', kind]) ?? kind;
}

export const jobTones = {
  queued: 'neutral',
  running: 'info',
  cancelling: 'info',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  interrupted: 'warning',
} as const satisfies Record<Job['state'], Tone>;
