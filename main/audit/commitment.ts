import { isUtf8 } from 'node:buffer';
import { hash, type KeyObject } from 'node:crypto';
import type { JsonValue } from '../../shared/errors.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { aesGcmNonceLength, aesGcmOpen, aesGcmSeal, aesGcmTagLength } from '../secrets/aes-gcm.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { canonicalJson, parseCanonical } from './canonical-json.ts';
import { isPlainlyCanonical } from './canonical-scan.ts';
import { sameHash } from './merkle.ts';
import { sha256 } from './sha256.ts';

const prefix = Buffer.from('holdfast/pd/v1', 'utf8');
const randomnessLength = 32;

/** Base 64 of the randomness. */
const randomnessDigits = 44;
const [beforeRandomness, beforeValue] = ['{"r":"', '","v":'];
const closeBrace = 0x7d;
/** With 32 bytes in the one spelling that base 64 has for them. */
const plainHead = /^\{"r":"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=","v":$/;
const valueStart = beforeRandomness.length + randomnessDigits + beforeValue.length;

/** Where a sealed value belongs: the event and the field in it. */
export interface FieldPlace {
  /** A UUID of 36 characters, so that id and field cannot run into each other. */
  readonly eventId: string;
  readonly field: string;
}

/** What an opening holds: with it anyone can check the commitment. */
export interface Opened {
  readonly randomness: Uint8Array;
  readonly value: JsonValue;
}

/** SHA-256("holdfast/pd/v1" || r || RFC 8785(value)), r of 32 bytes. Throws VALIDATION for other values than JSON. */
export function commitment({ randomness, value }: Opened): Uint8Array {
  if (randomness.length !== randomnessLength)
    throw new RangeError('the randomness of a commitment has 32 bytes');
  return sha256(Buffer.concat([prefix, randomness, canonicalJson(value)]));
}

/** Whether a value is the one that was committed to. */
export function verifyCommitment(committed: Uint8Array, opened: Opened): boolean {
  return sameHash(commitment(opened), committed);
}

/** Commits to a value and seals its opening under a 32-byte key. `random` answers that many random bytes. */
export function commitField(
  key: Uint8Array,
  place: FieldPlace,
  value: JsonValue,
  random: (length: number) => Uint8Array,
): { commitment: Uint8Array; opening: Uint8Array } {
  const bytes = random(randomnessLength + aesGcmNonceLength);
  const opened = { randomness: bytes.subarray(0, randomnessLength), value };
  return {
    commitment: commitment(opened),
    opening: sealOpening(key, place, opened, bytes.subarray(randomnessLength)),
  };
}

/**
 * nonce(12) || ciphertext || tag(16) of RFC 8785 `{"r":base64,"v":value}` under AES-256-GCM, associated data
 * event id || field. A nonce must never be used twice under one key.
 */
export function sealOpening(
  key: Uint8Array,
  place: FieldPlace,
  opened: Opened,
  nonce: Uint8Array,
): Uint8Array {
  const plaintext = canonicalJson({ r: encodeBase64(opened.randomness), v: opened.value });
  return Buffer.concat([nonce, aesGcmSeal(key, nonce, plaintext, associatedData(place))]);
}

/**
 * Opens what `sealOpening` made and checks it against the commitment in the record. Throws INTEGRITY when the
 * key is another one, the opening belongs to another event or field, or it does not fit the commitment.
 */
export function openField(
  key: Uint8Array,
  place: FieldPlace,
  committed: Uint8Array,
  opening: Uint8Array,
): Opened {
  const opened = parseOpened(unsealed(key, place, opening));
  if (opened === undefined || !verifyCommitment(committed, opened)) throw mismatch(place);
  return opened;
}

/**
 * Throws as `openField` does, in less time where many are checked: the value itself is answered to nobody. `committed`: base 64,
 * as a record has it.
 */
export function checkOpening(
  key: KeyObject,
  place: FieldPlace,
  committed: string,
  opening: Uint8Array,
): void {
  const plaintext = unsealed(key, place, opening);
  const found = plainCommitment(plaintext);
  if (found !== undefined ? found === committed : isCommitted(plaintext, committed)) return;
  throw mismatch(place);
}

function isCommitted(plaintext: Uint8Array, committed: string): boolean {
  const opened = parseOpened(plaintext);
  return opened !== undefined && encodeBase64(commitment(opened)) === committed;
}

function unsealed(key: Uint8Array | KeyObject, place: FieldPlace, opening: Uint8Array): Uint8Array {
  if (opening.length < aesGcmNonceLength + aesGcmTagLength) throw mismatch(place);
  const nonce = opening.subarray(0, aesGcmNonceLength);
  return aesGcmOpen(key, nonce, opening.subarray(aesGcmNonceLength), associatedData(place));
}

/** What an opening commits to, by its own bytes; undefined where they have to be parsed to know whether they are canonical. */
function plainCommitment(plaintext: Uint8Array): string | undefined {
  const bytes = Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.length);
  const head = bytes.latin1Slice(0, valueStart);
  const value = bytes.subarray(valueStart, -1);
  if (!plainHead.test(head) || bytes.at(-1) !== closeBrace) return undefined;
  if (!isUtf8(value) || !isPlainlyCanonical(value)) return undefined;
  const input = Buffer.allocUnsafe(prefix.length + randomnessLength + value.length);
  input.set(prefix);
  input.write(head.slice(beforeRandomness.length, -beforeValue.length), prefix.length, 'base64');
  input.set(value, prefix.length + randomnessLength);
  return hash('sha256', input, 'base64');
}

function parseOpened(plaintext: Uint8Array): Opened | undefined {
  const parsed = parseCanonical(plaintext);
  if (parsed === null || typeof parsed !== 'object' || !('r' in parsed) || !('v' in parsed)) return undefined;
  if (typeof parsed.r !== 'string' || Object.keys(parsed).length !== 2) return undefined;
  const randomness = decodeBase64(parsed.r);
  if (randomness?.length !== randomnessLength) return undefined;
  return { randomness, value: parsed.v };
}

function associatedData({ eventId, field }: FieldPlace): Uint8Array {
  return Buffer.from(eventId + field, 'utf8');
}

function mismatch({ eventId, field }: FieldPlace): HoldfastError {
  return new HoldfastError('INTEGRITY', 'A sealed field of an audit entry does not fit its commitment.', {
    problems: [{ kind: 'opening', eventId, field }],
  });
}
