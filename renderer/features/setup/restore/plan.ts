import { toFailure } from '../../../rpc/failure.ts';

/** Where the master key is kept after a recovery. */
export interface MasterKey {
  readonly secrets: 'keychain' | 'passphrase' | '';
  readonly operator: string;
  readonly passphrase: string;
}

export const restoreSteps = ['where', 'key', 'keys', 'summary'] as const;
export type RestoreStep = (typeof restoreSteps)[number];

/** Where what stood in the way of a recovery can be changed; undefined where another attempt is all there is. */
export function stepToMend(error: unknown): RestoreStep | undefined {
  const { code, data } = toFailure(error);
  if (data.reason === 'wrong-recovery-key') return 'key';
  if (data.reason === 'no-owner' || data.kind === 'moment') return 'summary';
  if (data.reason === 'no-access-then') return 'keys';
  if (code === 'UNAUTHENTICATED' || code === 'KEYCHAIN_UNAVAILABLE') return 'keys';
  if (code === 'VALIDATION' && data.reason === 'name-needed') return 'keys';
  if (code === 'NOT_FOUND' || code === 'INTEGRITY' || code === 'FORBIDDEN') return 'where';
  return typeof data.reason === 'string' && ofThePlace.has(data.reason) ? 'where' : undefined;
}

const ofThePlace: ReadonlySet<string> = new Set([
  'several-installations',
  'inside-installation',
  'host-key-unknown',
  'host-key-changed',
]);
