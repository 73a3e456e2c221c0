// Bytes, texts and JSON as they come out of a bundle.
import { must, Tampered } from './findings.mjs';

export const utf8 = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function textOf(bytes, what) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Tampered(`${what} is not UTF-8`);
  }
}

export function jsonOf(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Tampered(`${what} is not JSON`);
  }
}

export function concat(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export const same = (one, other) =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** Undefined unless the text is exactly the Base 64 of some bytes. */
export function fromBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** As deep as a record may be nested. */
const mostDepth = 1000;

/** RFC 8785. */
export function canonical(value, depth = 0) {
  must(depth <= mostDepth, 'Something in the file is nested deeper than in any bundle');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = (each) => canonical(each, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${inner(value[key])}`);
  return `{${members.join(',')}}`;
}

/** The value, or an object without members where it is none. */
export const asObject = (value) => (value !== null && typeof value === 'object' ? value : {});
