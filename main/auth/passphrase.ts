import { hash, parseOptions, verify } from '@node-rs/argon2';
import { passphrase as passphraseForm } from '../../shared/contract/auth.ts';
import { HoldfastError } from '../../shared/errors.ts';

/** Parameters of argon2id (RFC 9106). */
export interface PassphraseCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** RFC 9106 section 4, second recommended option. */
export const defaultCost: PassphraseCost = { memoryKiB: 64 * 1024, passes: 3, lanes: 4 };

/** More than this is not ours: a planted row would otherwise eat the machine's memory. */
const mostMemoryKiB = 1024 * 1024;

/** The form in which a passphrase is hashed and compared, whatever keyboard it came from. */
function normalised(passphrase: string): string {
  return passphrase.normalize('NFC');
}

/** A new passphrase in the form to be hashed. Errors: VALIDATION (too short, too long). */
export function acceptablePassphrase(text: string): string {
  const parsed = passphraseForm.safeParse(text);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ message }) => ({ path: 'passphrase', message }));
  const texts = issues.map(({ message }) => message).join('; ');
  throw new HoldfastError('VALIDATION', `The passphrase is not acceptable: ${texts}.`, { issues });
}

/**
 * A PHC string of argon2id with its parameters and a new salt. `secret` (RFC 9106 section 3.1, K) is not in it: without
 * it nobody makes a hash that matches. Computed on another thread.
 */
export function hashPassphrase(
  passphrase: string,
  cost: PassphraseCost,
  secret: Uint8Array,
): Promise<string> {
  return hash(normalised(passphrase), {
    memoryCost: cost.memoryKiB,
    timeCost: cost.passes,
    parallelism: cost.lanes,
    outputLen: 32,
    secret,
  });
}

/** Errors: INTEGRITY when what is stored is not a hash of ours. */
export async function matchesPassphrase(
  stored: string,
  passphrase: string,
  secret: Uint8Array,
): Promise<boolean> {
  costOf(stored);
  return await verify(stored, normalised(passphrase), { secret });
}

/** Whether a hash was made with less than `cost` in any respect. */
export function isWeaker(stored: string, cost: PassphraseCost): boolean {
  const { memoryKiB, passes, lanes } = costOf(stored);
  return memoryKiB < cost.memoryKiB || passes < cost.passes || lanes < cost.lanes;
}

/** A hash that no passphrase has, as dear to check as a real one. */
export function decoy(cost: PassphraseCost, random: (length: number) => Uint8Array): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  const { memoryKiB, passes, lanes } = cost;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${base64(random(16))}$${base64(random(32))}`;
}

function costOf(stored: string): PassphraseCost {
  const damaged = (cause?: unknown) =>
    new HoldfastError(
      'INTEGRITY',
      'The stored hash of a passphrase is damaged. Restore the installation from a backup.',
      { problems: ['operator.passphrase'] },
      { cause },
    );
  if (!stored.startsWith('$argon2id$v=19$')) throw damaged();
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(stored);
  } catch (error) {
    throw damaged(error);
  }
  if (parsed.memoryCost > mostMemoryKiB) throw damaged();
  return { memoryKiB: parsed.memoryCost, passes: parsed.timeCost, lanes: parsed.parallelism };
}
