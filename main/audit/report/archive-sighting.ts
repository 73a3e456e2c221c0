import { hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { ArchiveSighting } from '../../../shared/compliance.ts';
import { Tampered } from '../bundle/verifier/findings.mjs';
import { openZip } from '../bundle/verifier/zip.mjs';

interface Archive {
  readonly file: string;
  /** SHA-256 of its manifest, in hex. */
  readonly manifest: string;
}

const mostManifest = 2 ** 26;

/**
 * Whether an archive lies in a folder and has the manifest that the log names. Nothing else of it is read, so only its own
 * verifier says whether it is whole. A folder or file that cannot be read is not looked at.
 */
export async function sightArchive(folder: string | null, archive: Archive): Promise<ArchiveSighting> {
  if (folder === null) return 'not-looked';
  let file: FileHandle;
  try {
    file = await open(join(folder, archive.file), 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'not-looked';
  }
  try {
    return (await manifestHash(file)) === archive.manifest ? 'here' : 'changed';
  } catch (error) {
    if (error instanceof Tampered) return 'changed';
    if ((error as NodeJS.ErrnoException).syscall === 'read') return 'not-looked';
    throw error;
  } finally {
    await file.close();
  }
}

/** In hex. Throws Tampered. */
async function manifestHash(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const read = async (offset: number, length: number) => {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    if (bytesRead < length) throw new Tampered('The file became shorter while it was read');
    return bytes;
  };
  const manifest = (await openZip({ size, read })).get('manifest.json');
  if (manifest === undefined || manifest.packed > mostManifest || manifest.size > mostManifest)
    throw new Tampered('It has no manifest');
  const packed = await read(manifest.start, manifest.packed);
  return hash('sha256', manifest.method === 0 ? packed : await inflated(packed, manifest.size));
}

async function inflated(packed: Uint8Array, size: number): Promise<Uint8Array> {
  try {
    return await promisify(inflateRaw)(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw new Tampered('Its manifest cannot be unpacked');
  }
}
