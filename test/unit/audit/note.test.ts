import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatNote,
  isKeyName,
  type Note,
  parseNote,
  signNote,
  verifyNote,
} from '../../../main/audit/note.ts';
import {
  formatVerifierKey,
  noteSigner,
  noteVerifier,
  parseVerifierKey,
} from '../../../main/audit/note-key.ts';
import { ed25519KeyFromSeed } from '../../../main/secrets/ed25519.ts';

const validation = expect.objectContaining({ code: 'VALIDATION' });
const integrity = expect.objectContaining({ code: 'INTEGRITY' });
const key = ed25519KeyFromSeed(new Uint8Array(32).fill(1));
const otherKey = ed25519KeyFromSeed(new Uint8Array(32).fill(2));
const signer = noteSigner('example.org/log', key);
const otherSigner = noteSigner('example.org/witness', otherKey);
const verifier = noteVerifier(signer.name, key.publicKey);
const otherVerifier = noteVerifier(otherSigner.name, otherKey.publicKey);
const text = 'Ognuno sta solo\n\ned è subito sera.\n';
const parse = (value: string) => parseNote(Buffer.from(value, 'utf8'));
const line = Buffer.from(formatNote(signNote('a\n', [signer])))
  .toString('utf8')
  .slice(3);

describe('notes', () => {
  it('are read as they were written, with signatures of several keys', () => {
    const note = signNote(text, [signer, otherSigner]);
    const bytes = formatNote(note);
    const read = parseNote(bytes);
    expect(read.text).toBe(text);
    expect(formatNote(read)).toEqual(bytes);
    expect(verifyNote(read, [otherVerifier, verifier])).toEqual([verifier, otherVerifier]);
    expect(verifyNote(read, [otherVerifier])).toEqual([otherVerifier]);
  });

  it('read the note that the specification shows', () => {
    const shown =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
      '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    const { signatures, text: body } = parse(shown);
    expect(body.endsWith('subito sera.\n')).toBe(true);
    expect(signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: 0x367ba04b }]);
    expect(signatures[0]?.signature).toHaveLength(64);
  });

  it('do not verify with no known key, nor when one known signature of several is wrong', () => {
    const note = signNote(text, [signer, otherSigner]);
    const stranger = noteVerifier('example.org/stranger', key.publicKey);
    expect(() => verifyNote(note, [stranger])).toThrow(integrity);
    expect(() => verifyNote(note, [])).toThrow(integrity);
    const [first, second] = note.signatures;
    if (first === undefined || second === undefined) throw new Error('two signatures were made');
    const broken: Note = { text, signatures: [first, { ...second, signature: first.signature }] };
    expect(() => verifyNote(broken, [verifier, otherVerifier])).toThrow(integrity);
    expect(verifyNote(broken, [verifier])).toEqual([verifier]);
  });

  it('do not verify or parse with any bit flipped', () => {
    const bytes = formatNote(signNote(text, [signer]));
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const changed = new Uint8Array(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const refused = expect.objectContaining({ code: expect.stringMatching(/^(VALIDATION|INTEGRITY)$/) });
        expect(() => verifyNote(parseNote(changed), [verifier])).toThrow(refused);
      }),
    );
  });

  it('have at most 100 signatures and 1 MB', () => {
    expect(parse(`a\n\n${line.repeat(100)}`).signatures).toHaveLength(100);
    expect(() => parse(`a\n\n${line.repeat(101)}`)).toThrow(validation);
    expect(() => parse(`${'a'.repeat(1_000_000)}\n\n${line}`)).toThrow(validation);
    expect(() => formatNote({ text, signatures: [] })).toThrow(validation);
  });

  it.each([
    ['nothing', ''],
    ['no signatures', 'a\n'],
    ['no signature after the empty line', 'a\n\n'],
    ['no empty line', `a\n${line}`],
    ['no newline at the end', `a\n\n${line.slice(0, -1)}`],
    ['a carriage return', `a\r\n\n${line}`],
    ['a tab', `a\tb\n\n${line}`],
    ["a byte order mark in the dash's place", `a\n\n\ufeff${line}`],
    ['a null byte', `\0\n\n${line}`],
    ['a hyphen for the dash', `a\n\n${line.replace('—', '-')}`],
    ['two spaces', `a\n\n${line.replace(' ', '  ')}`],
    ['something after the signature', `a\n\n${line.replace('\n', ' x\n')}`],
    ['another line among the signatures', `a\n\n${line}x\n`],
    ['no name', 'a\n\n—  AAAAAAAA\n'],
    ['a plus in the name', `a\n\n${line.replace('example', 'exa+mple')}`],
    ['a no-break space in the name', `a\n\n${line.replace('example', 'exa\u00a0mple')}`],
    ['a base 64 without padding', 'a\n\n— name AAAAAAA\n'],
    ['a base 64 with other last bits', 'a\n\n— name AAAAAAF=\n'],
    ['a base 64 for addresses', 'a\n\n— name AAAA-_AA\n'],
    ['a signature of no bytes', 'a\n\n— name AAAAAA==\n'],
  ])('do not parse with %s', (_, value) => {
    expect(() => parse(value)).toThrow(validation);
  });

  it('do not parse unless they are UTF-8', () => {
    expect(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(`\n\n${line}`)]))).toThrow(validation);
  });

  it.each(['', 'a', 'a\r\n', 'a\x1f\n', '\ud800\n'])('are not made of %j', (value) => {
    expect(() => signNote(value, [signer])).toThrow(validation);
  });
});

describe('key names', () => {
  it.each(['', 'a b', 'a+b', 'a\u00a0b', 'a\u2003b', 'a\u3000', '\u0085', 'a\nb', 'a\x7fb', '\ud800'])(
    'are not %j',
    (name) => {
      expect(isKeyName(name)).toBe(false);
      expect(() => noteSigner(name, key)).toThrow(validation);
    },
  );
  it.each(['a', 'example.org/log', 'über/größe', '01920000-0000-7000-8000-000000000000/e1/k1'])(
    'may be %j',
    (name) => {
      expect(isKeyName(name)).toBe(true);
    },
  );
});

describe('verifier keys', () => {
  it('carry the key id of the specification', () => {
    const name = Buffer.from('example.org/log\n');
    const digest = hash('sha256', Buffer.concat([name, Buffer.of(1), key.publicKey]), 'hex');
    expect(formatVerifierKey(verifier).split('+')[1]).toBe(digest.slice(0, 8));
  });

  it('are read as they were written, for any key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (publicKey) => {
        const read = parseVerifierKey(formatVerifierKey(noteVerifier('name', publicKey)));
        expect(new Uint8Array(read.publicKey)).toEqual(publicKey);
      }),
    );
    // The one in the documentation of golang.org/x/mod/sumdb/note.
    const peter = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    expect(formatVerifierKey(parseVerifierKey(peter))).toBe(peter);
  });

  const written = formatVerifierKey(verifier);
  it.each([
    '',
    'name',
    written.replace('example', 'example '),
    written.replace('+', '+0'),
    written.replace('log+', 'lot+'),
    written.slice(0, -4),
    `${written}AAAA`,
    `${written} `,
    written.replace('+A', '+B'),
    written.toUpperCase(),
  ])('are not %j', (value) => {
    expect(() => parseVerifierKey(value)).toThrow(validation);
  });
});
