import { createHash } from 'node:crypto';

// Made-up words, so that texts compress about as far as business records do and are the same in every run.
const words = Array.from({ length: 4096 }, (_, at) => {
  const letters = createHash('sha256').update(`word ${at}`).digest();
  return [...letters.subarray(0, 3 + ((letters[31] ?? 0) % 7))]
    .map((letter, place) => (place % 2 === 0 ? 'bcdfgklmnprstvwz' : 'aeiouaeioyaeioue').charAt(letter & 15))
    .join('');
});

/** A document of about `length` bytes of JSON: an order with random references, numbers and words. */
export function ledgerLine(at: number, length: number): { readonly id: string; readonly text: string } {
  let seed = createHash('sha256').update(`line ${at}`).digest();
  const id = `order-${String(at).padStart(9, '0')}`;
  const reference = seed.toString('hex', 0, 16);
  const fields = `{"id":"${id}","reference":"${reference}","cents":${seed.readUInt32LE(16)},"state":"${at % 7 === 0 ? 'open' : 'paid'}","placed":"2026-0${1 + (at % 9)}-1${at % 10}T0${at % 9}:30:00Z","note":"`;
  const note: string[] = [];
  let place = 20;
  for (let size = fields.length + 2; size < length; place += 2) {
    if (place > 22) {
      seed = createHash('sha256').update(seed).digest();
      place = 0;
    }
    const word =
      place === 0 ? seed.toString('base64url', 24) : (words[seed.readUInt16LE(place) & 4095] ?? '');
    note.push(word);
    size += word.length + 1;
  }
  return { id, text: `${fields}${note.join(' ')}"}` };
}
