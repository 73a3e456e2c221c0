import { isUtf8 } from 'node:buffer';
import canonicalize from 'canonicalize';
import { HoldfastError, type JsonValue } from '../../shared/errors.ts';

export interface CanonicalOptions {
  /** Refuse numbers that are not safe integers, as audit records do. */
  readonly integersOnly?: boolean;
}

const maximumDepth = 1000;

/**
 * The UTF-8 bytes of a value in the JSON canonicalization scheme (RFC 8785 section 3). Stricter than
 * JSON.stringify: whatever JSON cannot hold exactly is refused instead of dropped or replaced.
 * Throws VALIDATION for lone surrogates, numbers that are not finite, undefined, functions, objects that are
 * not plain, and nesting deeper than 1000 (which a cycle always is).
 */
export function canonicalJson(value: unknown, options: CanonicalOptions = {}): Uint8Array {
  return Buffer.from(canonicalText(value, options), 'utf8');
}

/**
 * Reads canonical JSON back. Throws VALIDATION unless the bytes are exactly what `canonicalJson` makes of the
 * value they hold; that refuses duplicate keys, white space, other key orders and other spellings of numbers.
 */
export function parseCanonical(bytes: Uint8Array, options: CanonicalOptions = {}): JsonValue {
  const { text, value } = parseJson(bytes);
  if (canonicalText(value, options) !== text) throw notCanonical();
  return value;
}

/** Decodes and parses, and no more. Throws VALIDATION unless the bytes are JSON in UTF-8. */
export function parseJson(bytes: Uint8Array): { text: string; value: JsonValue } {
  if (!isUtf8(bytes)) throw notJson();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return { text, value: JSON.parse(text) };
  } catch (cause) {
    throw notJson(cause);
  }
}

/** The error of `parseCanonical`, for other readers of canonical JSON. */
export function notCanonical(): HoldfastError {
  return new HoldfastError('VALIDATION', 'This JSON is not in canonical form (RFC 8785).', {
    reason: 'not-canonical',
  });
}

/** What `canonicalJson` encodes. */
export function canonicalText(value: unknown, options: CanonicalOptions): string {
  assertExact(value, options.integersOnly === true, 0);
  const text = canonicalize(value);
  if (text === undefined) throw refusal('undefined');
  return text;
}

function assertExact(value: unknown, integersOnly: boolean, depth: number): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw refusal('lone-surrogate');
      return;
    case 'number':
      if (integersOnly ? !Number.isSafeInteger(value) : !Number.isFinite(value)) throw refusal('number');
      return;
    case 'boolean':
      return;
    case 'object':
      break;
    default:
      throw refusal(typeof value);
  }
  if (value === null) return;
  if (depth === maximumDepth) throw refusal('depth');
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) assertExact(value[index], integersOnly, depth + 1);
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refusal('not-plain');
  for (const [key, member] of Object.entries(value)) {
    if (!key.isWellFormed()) throw refusal('lone-surrogate');
    assertExact(member, integersOnly, depth + 1);
  }
}

function refusal(reason: string): HoldfastError {
  return new HoldfastError('VALIDATION', `This value cannot be written as canonical JSON: ${reason}.`, {
    reason,
  });
}

function notJson(cause?: unknown): HoldfastError {
  return new HoldfastError('VALIDATION', 'This is not JSON in UTF-8.', { reason: 'not-json' }, { cause });
}
