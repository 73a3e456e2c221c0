import type { ApiKey } from '../../../../shared/contract/auth.ts';
import type { Tone } from '../../../ui/state-badge.tsx';

export type KeyState = 'active' | 'soon' | 'expired' | 'revoked';

const dayMs = 86_400_000;
/** From then on a key is marked (access.md: 30, 7 and 1 day before). */
const soonMs = 30 * dayMs;

/** How a key stands at `now`, epoch milliseconds. */
export function keyState({ revokedAt, expiresAt }: ApiKey, now: number): KeyState {
  if (revokedAt !== null) return 'revoked';
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return 'expired';
  return left <= soonMs ? 'soon' : 'active';
}

/** The nearer its end, the louder. */
export function toneOf(key: ApiKey, now: number): Tone {
  const state = keyState(key, now);
  if (state === 'active') return 'good';
  if (state === 'soon') return Date.parse(key.expiresAt) - now <= 7 * dayMs ? 'bad' : 'warning';
  return 'neutral';
}
