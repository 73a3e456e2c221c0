import { isUtf8 } from 'node:buffer';
import { HoldfastError } from '../../shared/errors.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';

/** One signature line of a note. Name and key id together say which key made it, and how. */
interface NoteSignature {
  readonly name: string;
  /** Four bytes, big-endian. */
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/** A signed note (C2SP signed-note). The text ends in a newline. Nothing is verified by parsing. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  sign(text: Uint8Array): Uint8Array;
}

export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  verify(text: Uint8Array, signature: Uint8Array): boolean;
}

const maximumNoteLength = 1_000_000;
const maximumSignatures = 100;

/** Whether a key may have this name: not empty, no Unicode spaces, no controls, no "+". */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}\p{Cc}+]/u.test(name);
}

/** Signs a text with each signer, in order. Throws VALIDATION for a text that no note can hold. */
export function signNote(text: string, signers: readonly NoteSigner[]): Note {
  checkText(text);
  const bytes = Buffer.from(text, 'utf8');
  const signatures = signers.map((signer) => ({
    name: signer.name,
    keyId: signer.keyId,
    signature: signer.sign(bytes),
  }));
  return { text, signatures };
}

/** The bytes of a note. Throws VALIDATION for a text, name or count of signatures that no note can have. */
export function formatNote(note: Note): Uint8Array {
  checkText(note.text);
  if (note.signatures.length === 0 || note.signatures.length > maximumSignatures)
    throw malformed('signatures');
  const lines = note.signatures.map(({ name, keyId, signature }) => {
    if (!isKeyName(name)) throw malformed('name');
    const bytes = Buffer.alloc(4 + signature.length);
    bytes.writeUInt32BE(keyId);
    bytes.set(signature, 4);
    return `— ${name} ${encodeBase64(bytes)}\n`;
  });
  return Buffer.from(`${note.text}\n${lines.join('')}`, 'utf8');
}

/**
 * Parses a note strictly (C2SP signed-note, "Format"): UTF-8, no control characters but newlines, text and
 * signatures parted by the last empty line, one to 100 signatures. Throws VALIDATION.
 */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > maximumNoteLength) throw malformed('length');
  if (!isUtf8(bytes)) throw malformed('not-utf-8');
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const parting = whole.lastIndexOf('\n\n');
  if (parting < 0) throw malformed('no-signatures');
  const text = whole.slice(0, parting + 1);
  const lines = whole.slice(parting + 2);
  checkText(text);
  if (!lines.endsWith('\n')) throw malformed('signatures');
  const signatures = lines.slice(0, -1).split('\n').map(parseSignature);
  if (signatures.length > maximumSignatures) throw malformed('signatures');
  return { text, signatures };
}

/**
 * Answers the verifiers whose signatures the note carries. Signatures of other keys are ignored. Throws
 * INTEGRITY when a signature of a known key does not fit the text, or when there is none of any known key.
 */
export function verifyNote<Known extends NoteVerifier>(note: Note, known: readonly Known[]): Known[] {
  const text = Buffer.from(note.text, 'utf8');
  const verified = new Set<Known>();
  for (const { name, keyId, signature } of note.signatures) {
    for (const verifier of known) {
      if (verifier.name !== name || verifier.keyId !== keyId) continue;
      if (!verifier.verify(text, signature)) throw unverified('signature', name);
      verified.add(verifier);
    }
  }
  if (verified.size === 0) throw unverified('unknown-key', note.signatures[0]?.name ?? '');
  return [...verified];
}

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw malformed('no-newline');
  if (!text.isWellFormed()) throw malformed('not-utf-8');
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) throw malformed('control-character');
}

function parseSignature(line: string): NoteSignature {
  const [dash, name = '', encoded = '', ...rest] = line.split(' ');
  if (dash !== '—' || rest.length > 0 || !isKeyName(name)) throw malformed('signature-line');
  const bytes = decodeBase64(encoded);
  if (bytes === undefined || bytes.length < 5) throw malformed('signature-line');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { name, keyId: view.getUint32(0), signature: bytes.subarray(4) };
}

function malformed(reason: string): HoldfastError {
  return new HoldfastError('VALIDATION', `This is not a signed note: ${reason}.`, { reason });
}

function unverified(reason: string, name: string): HoldfastError {
  const problems = [{ kind: 'note', reason, name }];
  return new HoldfastError('INTEGRITY', `A signed note does not verify: ${reason}.`, { problems });
}
