import { hash } from 'node:crypto';
import { HoldfastError } from '../../shared/errors.ts';
import { type Ed25519Key, ed25519Sign, ed25519Verify } from '../secrets/ed25519.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { signingKeyName } from './log-name.ts';
import { isKeyName, type NoteSigner, type NoteVerifier } from './note.ts';

/** Signature type of plain Ed25519 (C2SP signed-note, "Signature types"). */
const ed25519Type = 0x01;

export interface Ed25519Verifier extends NoteVerifier {
  /** The raw 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** First four bytes of SHA-256(name || 0x0A || type || public key), big-endian. */
export function noteKeyId(name: string, publicKey: Uint8Array, type = ed25519Type): number {
  const input = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(type), publicKey]);
  return hash('sha256', input, 'buffer').readUInt32BE(0);
}

/** Throws VALIDATION for a name that no key can have. */
export function noteSigner(name: string, key: Ed25519Key): NoteSigner {
  checkKey(name, key.publicKey);
  return {
    name,
    keyId: noteKeyId(name, key.publicKey),
    sign: (text) => ed25519Sign(key.privateKey, text),
  };
}

/** Throws VALIDATION for a name that no key can have, or a key that has not 32 bytes. */
export function noteVerifier(name: string, publicKey: Uint8Array): Ed25519Verifier {
  checkKey(name, publicKey);
  return {
    name,
    keyId: noteKeyId(name, publicKey),
    publicKey,
    verify: (text, signature) => ed25519Verify(publicKey, text, signature),
  };
}

/** A signing key whose private half may be gone. */
export interface FormerKey {
  readonly epoch: number;
  readonly generation: number;
  readonly publicKey: Uint8Array;
}

/** What checks the notes of such a key. */
export function formerVerifier(
  installationId: string,
  { epoch, generation, publicKey }: FormerKey,
): Ed25519Verifier {
  return noteVerifier(signingKeyName(installationId, epoch, generation), publicKey);
}

/** `name+hex key id+base64(type || public key)`, the form in which a key is pinned and shown. */
export function formatVerifierKey({ name, keyId, publicKey }: Ed25519Verifier, type = ed25519Type): string {
  const encoded = encodeBase64(Buffer.concat([Buffer.of(type), publicKey]));
  return `${name}+${keyId.toString(16).padStart(8, '0')}+${encoded}`;
}

/** Reads a verifier key. Throws VALIDATION for another form or type, or when the key id is not the key's. */
export function parseVerifierKey(text: string): Ed25519Verifier {
  const { name, publicKey } = keyIn(text, ed25519Type);
  return noteVerifier(name, publicKey);
}

/** Name and public key in a verifier key of this type. Throws VALIDATION. */
export function keyIn(text: string, type: number): { readonly name: string; readonly publicKey: Uint8Array } {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text) ?? [];
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes[0] !== type) throw notAKey();
  const publicKey = bytes.subarray(1);
  checkKey(name, publicKey);
  if (noteKeyId(name, publicKey, type) !== Number.parseInt(id, 16)) throw notAKey();
  return { name, publicKey };
}

function checkKey(name: string, publicKey: Uint8Array): void {
  if (!isKeyName(name) || publicKey.length !== 32) throw notAKey();
}

function notAKey(): HoldfastError {
  return new HoldfastError('VALIDATION', 'This is not a verifier key (name+id+key).', {
    reason: 'verifier-key',
  });
}
