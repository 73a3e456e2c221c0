import { type Ed25519Key, ed25519Sign, ed25519Verify } from '../../secrets/ed25519.ts';
import { formatNote, type Note } from '../note.ts';
import { type Ed25519Verifier, formatVerifierKey, keyIn, noteKeyId } from '../note-key.ts';

/** Signature type of an Ed25519 cosignature with a time (C2SP tlog-cosignature, "Format"). */
const cosignatureType = 0x04;
const timeLength = 8;
const signatureLength = 64;

/** Name of the key by which an installation cosigns others' checkpoints. */
export function witnessName(installationId: string, epoch: number): string {
  return `${installationId}/e${epoch}/witness`;
}

/** `name+hex key id+base64(0x04 || public key)`. */
export function formatWitnessKey(name: string, publicKey: Uint8Array): string {
  return formatVerifierKey(witnessVerifier(name, publicKey), cosignatureType);
}

/** What checks a witness's cosignatures. Throws VALIDATION for what is no key of that type. */
export function parseWitnessKey(text: string): Ed25519Verifier {
  const { name, publicKey } = keyIn(text, cosignatureType);
  return witnessVerifier(name, publicKey);
}

function witnessVerifier(name: string, publicKey: Uint8Array): Ed25519Verifier {
  return {
    name,
    keyId: noteKeyId(name, publicKey, cosignatureType),
    publicKey,
    verify(text, signature) {
      if (signature.length !== timeLength + signatureLength) return false;
      const signed = cosigned(timeIn(signature), text);
      return ed25519Verify(publicKey, signed, signature.subarray(timeLength));
    },
  };
}

/** A note with one more signature line: this key's statement that, at `seconds` (POSIX), it knew no larger tree of that log. */
export function cosign(
  note: Note,
  { name, key }: { readonly name: string; readonly key: Ed25519Key },
  seconds: number,
): Uint8Array {
  const keyId = noteKeyId(name, key.publicKey, cosignatureType);
  const time = Buffer.alloc(timeLength);
  time.writeBigUInt64BE(BigInt(seconds));
  const text = cosigned(BigInt(seconds), Buffer.from(note.text, 'utf8'));
  const signature = Buffer.concat([time, ed25519Sign(key.privateKey, text)]);
  const others = note.signatures.filter((other) => other.name !== name || other.keyId !== keyId);
  return formatNote({ text: note.text, signatures: [...others, { name, keyId, signature }] });
}

/** When a witness cosigned this note, in epoch milliseconds; undefined where it did not. Nothing is verified. */
export function cosignedAt(
  { signatures }: Note,
  { name, keyId }: Pick<Ed25519Verifier, 'name' | 'keyId'>,
): number | undefined {
  const found = signatures.find((signature) => signature.name === name && signature.keyId === keyId);
  if (found === undefined || found.signature.length < timeLength) return undefined;
  return Number(timeIn(found.signature)) * 1000;
}

function timeIn(signature: Uint8Array): bigint {
  return new DataView(signature.buffer, signature.byteOffset, timeLength).getBigUint64(0);
}

function cosigned(seconds: bigint, text: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`, 'utf8'), text]);
}
