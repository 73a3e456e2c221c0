import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { aesGcmNonceLength, aesGcmSealParts } from './aes-gcm.ts';
import { seal, unseal } from './seal.ts';

// Layout: one line in clear, "<magic> <format> <installation id> <kind>\n", which the seal authenticates, then
// nonce || AES-256-GCM ciphertext || tag.

const longestHeader = 128;
const headerForm = /^([a-z-]+) ([1-9]\d{0,5}) ([0-9a-f-]{36}) ([a-z]+)\n$/;

/** One kind of sealed file. */
export interface SealedFileForm {
  /** As operators see it: `keyring.enc`. */
  readonly name: string;
  readonly magic: string;
  readonly format: number;
}

/** `full` on the installation's own disk; `target` beside the repositories, without signing keys. */
export type SealedFileKind = 'full' | 'target';

/** INTEGRITY for a sealed file that is not what it should be. */
export function damagedFile({ name }: SealedFileForm, detail: string, cause?: unknown): HoldfastError {
  const problems = [{ kind: 'form', file: name }];
  const message = `${name} ${detail} Bring it back from a target with the recovery key.`;
  return new HoldfastError('INTEGRITY', message, { problems }, { cause });
}

interface Owner {
  readonly installationId: Uuid;
  readonly kind: SealedFileKind;
}

/** The bytes of a sealed file. */
export function sealFile(
  form: SealedFileForm,
  owner: Owner,
  masterKey: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  const header = headerOf(form, owner);
  return Buffer.concat([Buffer.from(header), seal(masterKey, plaintext, header)]);
}

/** The same of a plaintext that comes in parts: a long one is sealed between other work. */
export async function sealFileInParts(
  form: SealedFileForm,
  owner: Owner,
  masterKey: Uint8Array,
  parts: AsyncIterable<Uint8Array>,
): Promise<Buffer> {
  const header = Buffer.from(headerOf(form, owner));
  const nonce = randomBytes(aesGcmNonceLength);
  return Buffer.concat([header, nonce, ...(await aesGcmSealParts(masterKey, nonce, parts, header))]);
}

const headerOf = ({ magic, format }: SealedFileForm, { installationId, kind }: Owner) =>
  `${magic} ${format} ${installationId} ${kind}\n`;

/** Opens the bytes of a sealed file, hostile until opened. Throws INTEGRITY, NEWER_FORMAT. */
export function openSealedFile(
  form: SealedFileForm,
  bytes: Buffer,
  masterKey: Uint8Array,
): { readonly plaintext: Buffer; readonly installationId: string; readonly kind: SealedFileKind } {
  const { name, magic, format: known } = form;
  const end = bytes.subarray(0, longestHeader).indexOf('\n') + 1;
  const header = bytes.toString('latin1', 0, end);
  const [, foundMagic, foundFormat, installationId = '', kind] = headerForm.exec(header) ?? [];
  if (foundMagic !== magic) throw damagedFile(form, 'has a header of another kind of file.');
  const found = Number(foundFormat);
  if (found > known) {
    const message = `${name} was written by a newer version. Update, then try again.`;
    throw new HoldfastError('NEWER_FORMAT', message, { what: name, found, known });
  }
  try {
    const plaintext = unseal(masterKey, bytes.subarray(end), header);
    return { plaintext, installationId, kind: kind === 'full' ? 'full' : 'target' };
  } catch (cause) {
    throw damagedFile(form, 'was changed, or the master key is not its own.', cause);
  }
}
