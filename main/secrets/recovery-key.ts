import { createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '../../shared/errors.ts';
import type { Branded } from '../../shared/ids.ts';

/** The written form, byte for byte: 11 groups of 5 joined by "-". It is also the restic password. */
export type RecoveryKey = Branded<string, 'recovery-key'>;

/** Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const secretLength = 32;
const checksumLength = 2;
const characters = 55;
const groupLength = 5;
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
  const bytes = Buffer.alloc(secretLength + checksumLength);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const value of values) {
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = held >> bits;
      at += 1;
      held &= (1 << bits) - 1;
    }
  }
  const secret = bytes.subarray(0, secretLength);
  return values.length === characters && held === 0 && checksum(secret).equals(bytes.subarray(secretLength));
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
  const parts = typed
    .toUpperCase()
    .split(/[\s\p{Dash_Punctuation}]+/u)
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('O', '0').replaceAll(/[IL]/g, '1'));
  const text = parts.join('');
  for (const [at, character] of [...text].entries()) {
    if (alphabet.includes(character)) continue;
    const group = Math.floor(at / groupLength) + 1;
    throw invalid(
      `A recovery key has no such character as "${character}": look at group ${group}.`,
      'character',
      group,
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
