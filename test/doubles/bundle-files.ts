import { inflateRawSync } from 'node:zlib';
import { BundleZip } from '../../main/audit/bundle/bundle-zip.ts';

/** What lies in a bundle, in its order. */
export type Files = Map<string, Buffer>;

type Content = Uint8Array | Iterable<Uint8Array>;

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

/** A zip file as an export writes it. */
export async function zipped(files: Iterable<readonly [name: string, content: Content]>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const zip = new BundleZip({ append: (bytes) => pieces.push(bytes), keep() {}, abandon() {} });
  for (const [name, content] of files)
    await zip.add(name, content instanceof Uint8Array ? [content] : content);
  await zip.end();
  return Buffer.concat(pieces);
}

/** A bundle in which files were changed. */
export async function changed(from: Buffer, edit: (files: Files) => void): Promise<Buffer> {
  const files = filesOf(from);
  edit(files);
  return await zipped(files);
}

/** The same zip file with another name of the same length in it: no writer of zip files would take some of them. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}
