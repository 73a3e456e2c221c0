import { createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '../../shared/errors.ts';
import type { Branded } from '../../shared/ids.ts';
import {
  recoveryKeyAlphabet as alphabet,
  recoveryKeyCharacters as characters,
  recoveryKeyGroupLength as groupLength,
  groupWithStranger,
  recoveryKeyBytes,
  recoveryKeySecretLength as secretLength,
  typedParts,
} from '../../shared/recovery-key-text.ts';

/** The written form, byte for byte: 11 groups of 5 joined by "-". It is also the restic password. */
export type RecoveryKey = Branded<string, 'recovery-key'>;

const checksumLength = 2;
const groups = characters / groupLength;

function checksum(secret: Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest().subarray(0, checksumLength);
}

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}

/** Whether `values` (base-32 digits) carry zero padding bits and the right checksum. */
function isWhole(values: readonly number[]): boolean {
  const bytes = recoveryKeyBytes(values);
  if (bytes === undefined) return false;
  return checksum(bytes.subarray(0, secretLength)).equals(bytes.subarray(secretLength));
}

function invalid(message: string, reason: string, group?: number): HoldfastError {
  const issue = { path: 'recoveryKey', reason, ...(group === undefined ? {} : { group }) };
  return new HoldfastError('VALIDATION', message, { issues: [issue] });
}

/** The 1-based group in which one changed digit, or two swapped neighbours, would make the key whole. */
function likelyWrongGroup(values: readonly number[]): number | undefined {
  const suspects = new Set<number>();
  const groupOf = (at: number) => Math.floor(at / groupLength) + 1;
  for (let at = 0; at < values.length; at += 1) {
    for (let digit = 0; digit < alphabet.length; digit += 1) {
      if (isWhole(values.with(at, digit))) suspects.add(groupOf(at));
    }
    const [here, next] = [values[at], values[at + 1]];
    if (here === undefined || next === undefined) continue;
    if (isWhole(values.with(at, next).with(at + 1, here))) suspects.add(groupOf(at));
  }
  const [only, ...others] = suspects;
  return others.length === 0 ? only : undefined;
}

/** Writes 32 secret bytes as people see them (docs/formats, "Recovery key"). */
export function formatRecoveryKey(secret: Uint8Array): RecoveryKey {
  if (secret.length !== secretLength) throw new RangeError(`a recovery key has ${secretLength} bytes`);
  const text = toBase32(Buffer.concat([secret, checksum(secret)]));
  return (text.match(/.{5}/g) ?? []).join('-') as RecoveryKey;
}

/** A new recovery key of 256 random bits. */
export function generateRecoveryKey(random: (length: number) => Uint8Array = randomBytes): RecoveryKey {
  return formatRecoveryKey(random(secretLength));
}

/**
 * Reads a recovery key as people type it: lower case, spaces, any dashes, O for 0, I and L for 1. Answers
 * the one canonical form. Throws VALIDATION, naming in `data.issues` the group that is likely wrong.
 */
export function parseRecoveryKey(typed: string): RecoveryKey {
  const parts = typedParts(typed);
  const text = parts.join('');
  const strange = groupWithStranger(text);
  if (strange !== undefined) {
    throw invalid(
      `A recovery key has a character there that is none of its alphabet: look at group ${strange}.`,
      'character',
      strange,
    );
  }
  if (text.length !== characters) {
    const wrong = parts.length === groups ? parts.findIndex((part) => part.length !== groupLength) + 1 : 0;
    const where = wrong > 0 ? `: look at group ${wrong}` : '';
    throw invalid(
      `A recovery key has ${groups} groups of ${groupLength} characters, ${characters} in all; this has ${text.length}${where}.`,
      'length',
      wrong > 0 ? wrong : undefined,
    );
  }
  const values = [...text].map((character) => alphabet.indexOf(character));
  if (!isWhole(values)) {
    const group = likelyWrongGroup(values);
    const where = group === undefined ? 'compare each group with the recovery kit' : `look at group ${group}`;
    throw invalid(`The recovery key's checksum does not fit: ${where}.`, 'checksum', group);
  }
  return (text.match(/.{5}/g) ?? []).join('-') as RecoveryKey;
}
