import type { BlobKind, PackedBlob } from './blob.ts';
import { damaged } from './damage.ts';
import { type SealingKeys, seal, sealingOverhead, unseal } from './sealing.ts';

const plainEntryLength = 1 + 4 + 32;
const compressedEntryLength = plainEntryLength + 4;
const lengthField = 4;
const mostHeaderBytes = 16 * 2 ** 20;

/** The sealed header and its length field, the end of a pack ("Pack Format" in restic's design document). */
export function packTail(keys: SealingKeys, blobs: readonly PackedBlob[]): Uint8Array {
  const header = Buffer.alloc(blobs.reduce((sum, blob) => sum + entryLength(blob), 0));
  let at = 0;
  for (const blob of blobs) {
    const compressed = blob.plainLength !== undefined;
    at = header.writeUInt8((blob.kind === 'tree' ? 1 : 0) + (compressed ? 2 : 0), at);
    at = header.writeUInt32LE(blob.length, at);
    if (blob.plainLength !== undefined) at = header.writeUInt32LE(blob.plainLength, at);
    at += header.write(blob.id, at, 'hex');
  }
  const sealed = seal(keys, header);
  const length = Buffer.alloc(lengthField);
  length.writeUInt32LE(sealed.length);
  return Buffer.concat([sealed, length]);
}

/** The size in bytes of a pack that holds exactly these blobs. */
export function packSize(blobs: readonly PackedBlob[]): number {
  return blobs.reduce((sum, blob) => sum + blob.length + entryLength(blob), sealingOverhead + lengthField);
}

/** Reads the header of a whole pack. Throws INTEGRITY naming the pack. */
export function parsePack(keys: SealingKeys, pack: Uint8Array, label: string): readonly PackedBlob[] {
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  const end = bytes.length - lengthField;
  const sealedLength = end >= 0 ? bytes.readUInt32LE(end) : 0;
  if (sealedLength <= sealingOverhead || sealedLength > end || sealedLength > mostHeaderBytes) {
    throw damaged(label, 'its header has an impossible length');
  }
  const plain = unseal(keys, bytes.subarray(end - sealedLength, end));
  if (plain === undefined) throw damaged(label, 'the seal of its header does not hold');
  const header = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  const blobs: PackedBlob[] = [];
  let offset = 0;
  for (let at = 0; at < header.length; ) {
    const type = header[at] ?? 255;
    const size = type >= 2 ? compressedEntryLength : plainEntryLength;
    if (type > 3 || at + size > header.length) throw damaged(label, 'its header is malformed');
    const kind: BlobKind = type % 2 === 1 ? 'tree' : 'data';
    const length = header.readUInt32LE(at + 1);
    const id = header.toString('hex', at + size - 32, at + size);
    const place = { id, kind, offset, length };
    blobs.push(type >= 2 ? { ...place, plainLength: header.readUInt32LE(at + 5) } : place);
    offset += length;
    at += size;
  }
  if (offset !== end - sealedLength) throw damaged(label, 'its header does not cover it');
  return blobs;
}

function entryLength(blob: PackedBlob): number {
  return blob.plainLength === undefined ? plainEntryLength : compressedEntryLength;
}
