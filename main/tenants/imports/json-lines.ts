import { isUtf8 } from 'node:buffer';
import { documentIdPattern } from '../../../shared/ids.ts';
import {
  type DocumentFault,
  faultTexts,
  maximumDocumentBytes,
  storedDocument,
} from '../data/document-value.ts';

/** Why a line of a JSON Lines file (jsonlines.org) is no document. */
export type LineFault =
  | DocumentFault
  | 'line-too-long'
  | 'not-utf-8'
  | 'not-json'
  | 'no-id'
  | 'id-not-text'
  | 'id-form'
  | 'inexact-number';

const lineFaultTexts = {
  ...faultTexts,
  'line-too-long': `longer than ${maximumDocumentBytes} bytes`,
  'not-utf-8': 'not UTF-8',
  'not-json': 'not JSON',
  'no-id': 'the object has no "id"',
  'id-not-text': '"id" is not a text',
  'id-form': '"id" is not 1 to 200 of A-Z a-z 0-9 . _ : @ / -',
  'inexact-number': 'a number that cannot be kept exactly',
} as const satisfies Record<LineFault, string>;

/** In words, for the list of a job's result. */
export function faultText(fault: LineFault): string {
  return lineFaultTexts[fault];
}

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; null when longer than a document may be. Valid until the next line is asked for. */
  readonly bytes: Buffer | null;
}

const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Splits pieces of a file into lines, holding one line at most. Blank lines are counted and left out. */
export function* splitLines(pieces: Iterable<Buffer>): Generator<Line> {
  let number = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const take = (part: Buffer, ends: boolean): Line | undefined => {
    heldBytes += part.length;
    if (heldBytes > maximumDocumentBytes) held = [];
    else held.push(ends ? part : Buffer.from(part));
    if (!ends) return undefined;
    number += 1;
    const whole = held.length === 1 ? (held[0] ?? part) : Buffer.concat(held);
    const line = { number, bytes: heldBytes > maximumDocumentBytes ? null : whole };
    held = [];
    heldBytes = 0;
    return line;
  };
  for (const piece of pieces) {
    let from = number === 0 && heldBytes === 0 && piece.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
    for (;;) {
      const end = piece.indexOf(newline, from);
      if (end < 0) break;
      const line = take(piece.subarray(from, end), true);
      if (line !== undefined && !isBlank(line)) yield line;
      from = end + 1;
    }
    take(piece.subarray(from), false);
  }
  if (heldBytes > 0) {
    const line = take(Buffer.alloc(0), true);
    if (line !== undefined && !isBlank(line)) yield line;
  }
}

function isBlank({ bytes }: Line): boolean {
  return bytes?.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d) ?? false;
}

export interface LineDocument {
  readonly id: string;
  /** Compact JSON, as it is stored. */
  readonly text: string;
  /** UTF-8. */
  readonly bytes: number;
}

/** The document in a line, or what is wrong with it. */
export function parseLine(bytes: Buffer | null): LineDocument | { readonly fault: LineFault } {
  if (bytes === null) return { fault: 'line-too-long' };
  if (!isUtf8(bytes)) return { fault: 'not-utf-8' };
  const line = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: 'not-json' };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { fault: 'not-an-object' };
  if (!('id' in value)) return { fault: 'no-id' };
  if (typeof value.id !== 'string') return { fault: 'id-not-text' };
  if (!documentIdPattern.test(value.id)) return { fault: 'id-form' };
  const stored = storedDocument(value.id, value);
  if ('fault' in stored) return stored;
  if (mayLoseNumbers.test(line) && losesNumbers(line)) return { fault: 'inexact-number' };
  return { id: value.id, ...stored };
}

/** Long digits or a large exponent: only then is it worth a closer look. */
const mayLoseNumbers = /\d{16}|\d[eE]\+?\d{2}/;

/** Whether an integer would be kept as another one (beyond 2^53), or a number is beyond the finite ones. */
function losesNumbers(line: string): boolean {
  let loses = false;
  const look = (_key: string, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && !isKept(value, source)) loses = true;
    return value;
  };
  JSON.parse(line, look);
  return loses;
}

function isKept(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(source) || String(value) === source || BigInt(value) === BigInt(source);
}
