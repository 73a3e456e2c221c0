import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { decodeContent, encodeContent, type KeyringContent } from './keyring-content.ts';
import { seal, unseal } from './seal.ts';

// Layout: one line in clear, "holdfast-keyring <format> <installation id> <kind>\n", which the seal
// authenticates, then nonce || AES-256-GCM ciphertext || tag of the content (keyring-content.ts).

export const keyringFileName = 'keyring.enc';
export const keyringSizeLimit = 1 << 26;
const format = 1;
const longestHeader = 128;
const headerForm = /^holdfast-keyring ([1-9]\d{0,5}) ([0-9a-f-]{36}) (full|target)\n$/;

/** `target` copies lie beside the repositories and hold no signing keys. */
export type KeyringKind = 'full' | 'target';

function damaged(detail: string, cause?: unknown): HoldfastError {
  const problems = [{ kind: 'form', file: keyringFileName }];
  const message = `${keyringFileName} ${detail} Bring it back from a target with the recovery key.`;
  return new HoldfastError('INTEGRITY', message, { problems }, { cause });
}

/** The bytes of a keyring file. */
export function sealKeyring(content: KeyringContent, masterKey: Uint8Array, kind: KeyringKind): Buffer {
  const header = `holdfast-keyring ${format} ${content.installationId} ${kind}\n`;
  const plaintext = encodeContent(kind === 'full' ? content : { ...content, signing: [] });
  const sealed = seal(masterKey, plaintext, header);
  plaintext.fill(0);
  return Buffer.concat([Buffer.from(header), sealed]);
}

/** Opens the bytes of a keyring file, hostile until opened. Throws INTEGRITY, NEWER_FORMAT. */
export function openKeyring(
  bytes: Buffer,
  masterKey: Uint8Array,
): { content: KeyringContent; kind: KeyringKind } {
  const end = bytes.subarray(0, longestHeader).indexOf('\n') + 1;
  const header = bytes.toString('latin1', 0, end);
  const [, found, installationId, kind] = headerForm.exec(header) ?? [];
  if (found === undefined) throw damaged('has no header of a keyring.');
  if (Number(found) > format) {
    const message = `${keyringFileName} was written by a newer version. Update, then try again.`;
    throw new HoldfastError('NEWER_FORMAT', message, {
      what: keyringFileName,
      found: Number(found),
      known: format,
    });
  }
  let plaintext: Buffer;
  try {
    plaintext = unseal(masterKey, bytes.subarray(end), header);
  } catch (cause) {
    throw damaged('was changed, or the master key is not its own.', cause);
  }
  const content = decodeContent(plaintext);
  plaintext.fill(0);
  if (content === null || content.installationId !== (installationId as Uuid)) {
    throw damaged('holds something that is not a keyring of this version.');
  }
  return { content, kind: kind === 'target' ? 'target' : 'full' };
}
