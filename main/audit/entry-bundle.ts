import { HoldfastError } from '../../shared/errors.ts';

/** The most bytes an entry can have: its length is a uint16. */
export const maximumEntryLength = 65_535;

/**
 * Entries as a C2SP tlog-tiles entry bundle: each with its length before it, uint16 big-endian. Throws
 * VALIDATION for an entry of more than 65,535 bytes.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = Buffer.alloc(entries.reduce((total, entry) => total + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > maximumEntryLength) {
      throw new HoldfastError('VALIDATION', 'An audit entry has at most 65,535 bytes.', {
        reason: 'too-long',
        length: entry.length,
      });
    }
    at = bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at);
    at += entry.length;
  }
  return bundle;
}

/** Reads a bundle back. Throws VALIDATION unless it holds exactly `width` whole entries and nothing else. */
export function parseEntryBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length && entries.length < width) {
    if (at + 2 > bundle.length) break;
    const start = at + 2;
    const end = start + view.getUint16(at);
    if (end > bundle.length) break;
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  if (at !== bundle.length || entries.length !== width) {
    throw new HoldfastError('VALIDATION', 'This is not a whole bundle of audit entries.', {
      reason: 'entry-bundle',
      expected: width,
      whole: entries.length,
    });
  }
  return entries;
}
