const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [minus, zero, nine, underscore] = [0x2d, 0x30, 0x39, 0x5f];
/** Fewer digits than the greatest safe integer has: none of them can be beyond it. */
const mostDigits = 15;
const mostDepth = 32;
const literals = ['true', 'false', 'null'].map((word) => Buffer.from(word, 'latin1'));
/** What JSON writes as a backslash and one character. */
const shortEscapes = new Set(Buffer.from('"\\bfnrt', 'latin1'));

/**
 * Whether bytes are canonical JSON (RFC 8785) whose numbers are safe integers, as far as one look at each byte proves it. False
 * says nothing: names that are not plain ASCII, other numbers and deep nesting are left to `parseCanonical`. The bytes have to be
 * UTF-8.
 */
export function isPlainlyCanonical(bytes: Uint8Array): boolean {
  return value(bytes, 0, 0) === bytes.length;
}

/** Each of these answers where what begins at `at` ends, or -1. */
function value(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case quote:
      return string(bytes, at);
    case openBrace:
      return object(bytes, at, depth);
    case openBracket:
      return array(bytes, at, depth);
    default:
      return scalar(bytes, at);
  }
}

function object(bytes: Uint8Array, start: number, depth: number): number {
  if (bytes[start + 1] === closeBrace) return start + 2;
  if (depth === mostDepth) return -1;
  let at = start;
  let former = 0;
  let formerEnd = 0;
  do {
    const name = at + 1;
    const end = memberName(bytes, name);
    if (end < 0 || bytes[end] !== colon) return -1;
    if (formerEnd > 0 && !isBefore(bytes, former, formerEnd, name, end)) return -1;
    former = name;
    formerEnd = end;
    at = value(bytes, end + 1, depth + 1);
    if (at < 0) return -1;
  } while (bytes[at] === comma);
  return bytes[at] === closeBrace ? at + 1 : -1;
}

function array(bytes: Uint8Array, start: number, depth: number): number {
  if (bytes[start + 1] === closeBracket) return start + 2;
  if (depth === mostDepth) return -1;
  let at = start;
  do {
    at = value(bytes, at + 1, depth + 1);
    if (at < 0) return -1;
  } while (bytes[at] === comma);
  return bytes[at] === closeBracket ? at + 1 : -1;
}

/** ASCII without escapes: the order of its bytes is that of RFC 8785. */
function memberName(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== quote || bytes[start + 1] === underscore) return -1;
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at + 1;
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return -1;
  }
  return -1;
}

/** Of two names, each with both of its quotes. */
function isBefore(bytes: Uint8Array, one: number, oneEnd: number, other: number, otherEnd: number): boolean {
  const length = oneEnd - one - 1;
  const otherLength = otherEnd - other - 1;
  for (let offset = 1; offset < length && offset < otherLength; offset += 1) {
    const byte = bytes[one + offset] ?? 0;
    const otherByte = bytes[other + offset] ?? 0;
    if (byte !== otherByte) return byte < otherByte;
  }
  return length < otherLength;
}

function string(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at + 1;
    if (byte < 0x20) return -1;
    if (byte !== backslash) continue;
    at += 1;
    if (!shortEscapes.has(bytes[at] ?? 0)) return -1;
  }
  return -1;
}

function scalar(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === minus ? start + 1 : start;
  let at = first;
  while (isDigit(bytes[at])) at += 1;
  const digits = at - first;
  if (digits === 0) return first === start ? literal(bytes, start) : -1;
  const isPlain = bytes[first] === zero ? digits === 1 && first === start : digits <= mostDigits;
  return isPlain ? at : -1;
}

const isDigit = (byte = 0) => byte >= zero && byte <= nine;

function literal(bytes: Uint8Array, start: number): number {
  for (const word of literals) {
    if (word.every((byte, offset) => bytes[start + offset] === byte)) return start + word.length;
  }
  return -1;
}
