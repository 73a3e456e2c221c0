// Signed notes, keys and checkpoints (C2SP signed-note, tlog-checkpoint).
import { concat, fromBase64, hex, utf8 } from './bytes.mjs';
import { CannotRun, must } from './findings.mjs';
import { hashLength } from './tree.mjs';

/** Reads `name+key id+key`. Throws CannotRun. */
export async function parseKey(text, platform) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const key = fromBase64(encoded ?? '');
  if (key?.length !== 33 || (key[0] !== 1 && key[0] !== 4)) {
    throw new CannotRun(`This is no verifier key (name+id+key): ${String(text).slice(0, 200)}`);
  }
  const digest = await platform.sha256(concat([utf8.encode(`${name}\n`), key]));
  if (hex(digest.subarray(0, 4)) !== id)
    throw new CannotRun(`The id in this verifier key is not that of the key: ${text}`);
  return { text, name, id, type: key[0], publicKey: key.subarray(1) };
}

export function parseNote(note, what) {
  const parting = note.lastIndexOf('\n\n');
  must(parting >= 0 && note.endsWith('\n') && note.length <= 100_000, `${what} is no signed note`);
  const signatures = note
    .slice(parting + 2, -1)
    .split('\n')
    .map((line) => {
      const [dash, name, encoded, ...rest] = line.split(' ');
      const bytes = fromBase64(encoded ?? '');
      must(dash === '—' && rest.length === 0 && bytes?.length > 4, `${what} is no signed note`);
      return { name, id: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
    });
  must(signatures.length <= 100, `${what} is no signed note`);
  return { text: note.slice(0, parting + 1), signatures };
}

/** The text of a note that this key signed. */
export async function openNote(note, key, what, platform) {
  const { text, signatures } = parseNote(note, what);
  const signed = signatures.find(({ name, id }) => name === key.name && id === key.id);
  must(signed !== undefined, `${what} is not signed by ${key.name}`);
  const good = await platform.ed25519Verify(key.publicKey, utf8.encode(text), signed.signature);
  must(good, `The signature of ${what} does not fit`);
  return text;
}

export function parseCheckpoint(text, origin, what) {
  const [from, size, encoded, end, ...rest] = text.split('\n');
  const root = fromBase64(encoded ?? '');
  must(
    end === '' && rest.length === 0 && /^(0|[1-9][0-9]{0,15})$/.test(size ?? ''),
    `${what} is no checkpoint`,
  );
  must(root?.length === hashLength, `${what} is no checkpoint`);
  must(from === origin, `${what} is of another log: ${from}`);
  return { size: Number(size), root };
}
