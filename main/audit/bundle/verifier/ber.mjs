// ASN.1 as time stamps and certificates are written (X.690): read once, bounded in depth, never beyond the bytes that are there.
import { concat } from './bytes.mjs';
import { must } from './findings.mjs';

const deepest = 24;
export const tags = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
};

/** The one value that `bytes` are: {tag, whole, content, members}, the last where it is made of others. */
export function readBer(bytes, what) {
  const value = berAt(bytes, 0, what);
  must(value.whole.length === bytes.length, `${what} has bytes after its end`);
  return value;
}

function berAt(bytes, depth, what) {
  const [tag, short] = bytes;
  must(depth < deepest && short !== undefined && (tag & 0x1f) !== 0x1f, `${what} is cut or malformed`);
  const made = (tag & 0x20) !== 0;
  if (short === 0x80) {
    must(made, `${what} is cut or malformed`);
    const { members, end } = berMembers(bytes.subarray(2), depth + 1, what, true);
    return { tag, whole: bytes.subarray(0, end + 4), content: bytes.subarray(2, end + 2), members };
  }
  const more = short < 0x80 ? 0 : short - 0x80;
  must(more <= 4 && bytes.length >= 2 + more, `${what} is cut or malformed`);
  const length = more === 0 ? short : bytes.subarray(2, 2 + more).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = 2 + more + length;
  must(end <= bytes.length, `${what} is cut or malformed`);
  const content = bytes.subarray(2 + more, end);
  const members = made ? berMembers(content, depth + 1, what, false).members : undefined;
  return { tag, whole: bytes.subarray(0, end), content, members };
}

/** The values side by side, up to the end of the bytes, or to the mark that ends those of no stated length. */
function berMembers(bytes, depth, what, marked) {
  const members = [];
  let at = 0;
  while (marked ? bytes[at] !== 0 || bytes[at + 1] !== 0 : at < bytes.length) {
    const value = berAt(bytes.subarray(at), depth, what);
    members.push(value);
    at += value.whole.length;
  }
  return { members, end: at };
}

/** The members of a value of this kind, of which there are at least so many. */
export function membersOf(value, tag, what, least = 0) {
  must(
    value?.tag === tag && value.members !== undefined && value.members.length >= least,
    `${what} is malformed`,
  );
  return value.members;
}

/** The bytes of a value of this kind, which is made of no others. */
export function contentOf(value, tag, what) {
  must(value?.tag === tag && value.members === undefined, `${what} is malformed`);
  return value.content;
}

/** An OCTET STRING, which may come in pieces. */
export function octetsOf(value, what) {
  if (value?.tag !== (tags.octets | 0x20)) return contentOf(value, tags.octets, what);
  return concat(value.members.map((piece) => contentOf(piece, tags.octets, what)));
}

/** The digits of an INTEGER that is not negative, without leading zeros. */
export function positiveOf(value, what) {
  const bytes = contentOf(value, tags.integer, what);
  must(bytes.length > 0 && bytes[0] < 0x80, `${what} is malformed`);
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? new Uint8Array(0) : bytes.subarray(start);
}

/** An INTEGER from 0 to `most`. */
export function smallOf(value, what, most) {
  const bytes = positiveOf(value, what);
  must(bytes.length <= 6, `${what} is malformed`);
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  must(number <= most, `${what} is malformed`);
  return number;
}

/** A BIT STRING of whole bytes. */
export function bitsOf(value, what) {
  const bytes = contentOf(value, tags.bits, what);
  must(bytes[0] === 0, `${what} is malformed`);
  return bytes.subarray(1);
}

/** An OBJECT IDENTIFIER with dots. */
export function oidOf(value, what) {
  const bytes = contentOf(value, tags.oid, what);
  must(bytes.length > 0 && bytes.length <= 64 && bytes.at(-1) < 0x80, `${what} is malformed`);
  const arcs = [0];
  for (const byte of bytes) {
    arcs.push(arcs.pop() * 128 + (byte & 0x7f));
    if (byte < 0x80) arcs.push(0);
  }
  const [first, ...rest] = arcs.slice(0, -1);
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - 40 * top, ...rest].join('.');
}

/** A GeneralizedTime, or in certificates a UTCTime (RFC 5280, 4.1.2.5), in epoch milliseconds. */
export function timeOf(value, what) {
  const short = value?.tag === tags.utcTime;
  const text = String.fromCharCode(
    ...contentOf(value, short ? tags.utcTime : tags.time, what).subarray(0, 40),
  );
  const [, year, month, day, hour, minute, second, part = ''] =
    /^(\d{4}|\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\.\d{1,9})?Z$/.exec(text) ?? [];
  must(year?.length === (short ? 2 : 4), `${what} has no time`);
  const full = Number(year) + (short ? (year < '50' ? 2000 : 1900) : 0);
  const time = Date.UTC(full, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  must(Number.isSafeInteger(time) && time >= 0, `${what} has no time`);
  return time + Math.floor(1000 * Number(`0${part}`));
}
