import {
  decodeContent,
  encodeContent,
  type FormerKey,
  type KeyringContent,
  type SigningKey,
} from './keyring-content.ts';
import { damagedFile, openSealedFile, type SealedFileKind, sealFile } from './sealed-file.ts';

export const keyringFileName = 'keyring.enc';
export const keyringSizeLimit = 1 << 26;

const form = { name: keyringFileName, magic: 'holdfast-keyring', format: 1 };

/**
 * The bytes of a keyring file; a `target` copy has of the signing keys only what checks what they signed, and no credentials
 * of targets and of destinations of the audit log.
 */
export function sealKeyring(content: KeyringContent, masterKey: Uint8Array, kind: SealedFileKind): Buffer {
  const plaintext = encodeContent(kind === 'full' ? content : forTarget(content));
  const bytes = sealFile(form, { installationId: content.installationId, kind }, masterKey, plaintext);
  plaintext.fill(0);
  return bytes;
}

/** Whoever finds one target and the recovery key is not to reach the others. */
function forTarget(content: KeyringContent): KeyringContent {
  const former = [...content.former, ...content.signing.map(publicPart)];
  const left = { witness: undefined, anchored: undefined, targets: new Map(), forwarding: new Map() };
  return { ...content, signing: [], former, ...left };
}

function publicPart({ epoch, generation, publicKey, createdAt }: SigningKey): FormerKey {
  return { epoch, generation, publicKey, createdAt };
}

/** Opens the bytes of a keyring file, hostile until opened. Throws INTEGRITY, NEWER_FORMAT. */
export function openKeyring(
  bytes: Buffer,
  masterKey: Uint8Array,
): { content: KeyringContent; kind: SealedFileKind } {
  const { plaintext, installationId, kind } = openSealedFile(form, bytes, masterKey);
  const content = decodeContent(plaintext);
  plaintext.fill(0);
  if (content === null || content.installationId !== installationId) {
    throw damagedFile(form, 'holds something that is not a keyring of this version.');
  }
  return { content, kind };
}
