import type { Tone } from '../tone.ts';
import type { LogState } from './log-state.ts';
import type { ProtectionState } from './protection-state.ts';

export const protectionTones = {
  protected: 'good',
  partly: 'warning',
  not: 'bad',
} as const satisfies Record<ProtectionState, Tone>;

export const logTones = {
  intact: 'good',
  'not-verified': 'neutral',
  incomplete: 'warning',
  tampered: 'bad',
  unavailable: 'bad',
} as const satisfies Record<LogState, Tone>;
