import { isUtf8 } from 'node:buffer';
import { HoldfastError } from '../../../shared/errors.ts';

/** A JSON string as Go's encoding/json writes it, with its HTML escapes. */
export function goString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => escape4(character));
}

/** A JSON object as Go writes a struct: fields in the order given, undefined ones left out. */
export function goObject(fields: readonly (readonly [name: string, json: string | undefined])[]): string {
  const present = fields.filter(([, json]) => json !== undefined);
  return `{${present.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}

export function goStrings(texts: readonly string[]): string {
  return `[${texts.map(goString).join(',')}]`;
}

/** A time as Go's RFC3339Nano in UTC: no trailing zeros in the fraction. */
export function goTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.?0*Z$/, 'Z');
}

/** RFC 3339 with up to nine digits of fraction, as Go reads and writes it. */
export const goTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

const shortEscapes: { readonly [character: string]: string } = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};
const longEscapes = new Map(
  Object.entries(shortEscapes).map(([character, escaped]) => [escaped.slice(1), character.charCodeAt(0)]),
);
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/**
 * A file name as Go's strconv.Quote writes it, without the outer quotes. Bytes that are not UTF-8 travel in
 * our strings as lone surrogates U+DC80 to U+DCFF and are written \xNN (see `nameFromBytes`).
 */
export function quoteName(name: string): string {
  if (/^[ !#-[\]-~]*$/.test(name)) return name;
  return Array.from(name, quoteCharacter).join('');
}

function quoteCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  if (printable.test(character)) return character;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? escape4(character) : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Reverses `quoteName`, by the rules of Go's strconv.Unquote. Throws INTEGRITY. */
export function unquoteName(quoted: string): string {
  if (!/[\\"\n]/.test(quoted)) return quoted;
  const bytes: Buffer[] = [];
  const pattern =
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\"]))|[^\\"\n]+/gy;
  while (pattern.lastIndex < quoted.length) {
    const match = pattern.exec(quoted);
    if (match === null) throw badName();
    const [text, byte, unit, point, octal, short] = match;
    const rune = unit ?? point;
    if (byte !== undefined) bytes.push(Buffer.from([Number.parseInt(byte, 16)]));
    else if (octal !== undefined) bytes.push(Buffer.from([Number.parseInt(octal, 8)]));
    else if (short !== undefined) bytes.push(Buffer.from([longEscapes.get(short) ?? 0]));
    else if (rune === undefined) bytes.push(Buffer.from(text));
    else {
      const code = Number.parseInt(rune, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw badName();
      bytes.push(Buffer.from(String.fromCodePoint(code)));
    }
  }
  return nameFromBytes(Buffer.concat(bytes));
}

/** A file name of any bytes as a string; those that are not UTF-8 become U+DC00 + byte (as in PEP 383). */
export function nameFromBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString('utf8');
  let name = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(
      (count) => at + count <= bytes.length && isUtf8(bytes.subarray(at, at + count)),
    );
    name +=
      length === undefined
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : Buffer.from(bytes.subarray(at, at + length)).toString('utf8');
    at += length ?? 1;
  }
  return name;
}

/** The bytes of a file name, the reverse of `nameFromBytes`. */
export function nameBytes(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  return Buffer.concat(
    Array.from(name, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(character, 'utf8');
    }),
  );
}

function escape4(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function badName(): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'A file name in a directory listing of the repository is malformed.',
    {
      problems: [{ file: 'tree', what: 'malformed name' }],
    },
  );
}
