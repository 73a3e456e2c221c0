/** A line of the commit clock. */
export interface ClockLine {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

const tableLeaf = 0x0d;
/** Bytes of an integer by its serial type (sqlite.org/fileformat2.html, section 2.1); 8 and 9 are the values 0 and 1. */
const integerBytes = [0, 1, 2, 3, 4, 6, 8];

/**
 * The row of `commit_clock (one, seq, time)` from the leaf page that is its whole table; undefined for any other page
 * (sqlite.org/fileformat2.html, sections 1.6 and 2.1).
 */
export function readClockPage(content: Uint8Array): ClockLine | undefined {
  const page = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (page[0] !== tableLeaf || page.readUInt16BE(3) !== 1) return undefined;
  const cell = page.readUInt16BE(8);
  // payload below 128 bytes, row 1, and a header of its length and three types: one byte each
  const sound = cell + 6 <= page.length && (page[cell] ?? 128) < 128 && page[cell + 1] === 1;
  if (!sound || page[cell + 2] !== 4 || page[cell + 3] !== 0) return undefined;
  const seqType = page[cell + 4] ?? 0;
  const timeType = page[cell + 5] ?? 0;
  const seq = integer(page, cell + 6, seqType);
  if (seq === undefined) return undefined;
  const time = integer(page, cell + 6 + (integerBytes[seqType] ?? 0), timeType);
  return time === undefined ? undefined : { seq, time };
}

function integer(page: Buffer, at: number, type: number): number | undefined {
  if (type === 8 || type === 9) return type - 8;
  const bytes = integerBytes[type];
  if (!bytes || at + bytes > page.length) return undefined;
  return bytes === 8 ? Number(page.readBigInt64BE(at)) : page.readIntBE(at, bytes);
}
