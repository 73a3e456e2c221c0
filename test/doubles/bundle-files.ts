import { inflateRawSync } from 'node:zlib';
import { BundleZip } from '../../main/audit/bundle/bundle-zip.ts';

export type Files = Map<string, Buffer>;

/** The files of a bundle as it was written. */
export function filesOf(zip: Buffer): Files {
  const files: Files = new Map();
  let at = zip.readUInt32LE(zip.length - 6);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    const start = zip.readUInt32LE(at + 42) + 30 + Buffer.byteLength(name);
    files.set(name, inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20))));
    at += 46 + Buffer.byteLength(name);
  }
  return files;
}

/** And back again. */
export async function zipped(files: Files): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const zip = new BundleZip({ append: (bytes) => pieces.push(bytes), keep() {}, abandon() {} });
  for (const [name, content] of files) await zip.add(name, [content]);
  await zip.end();
  return Buffer.concat(pieces);
}
