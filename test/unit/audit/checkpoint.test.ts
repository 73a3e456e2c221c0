import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from '../../../main/audit/checkpoint.ts';
import { logOrigin, logOriginPattern, signingKeyName } from '../../../main/audit/log-name.ts';
import { formatNote, signNote } from '../../../main/audit/note.ts';
import { noteSigner, noteVerifier } from '../../../main/audit/note-key.ts';
import { ed25519KeyFromSeed } from '../../../main/secrets/ed25519.ts';

const validation = expect.objectContaining({ code: 'VALIDATION' });
const integrity = expect.objectContaining({ code: 'INTEGRITY' });
const installation = '01920000-0000-7000-8000-000000000000';
const origin = logOrigin(installation, 'installation', 1);
const root = new Uint8Array(32).fill(7);
const written = formatCheckpoint({ origin, size: 41207, root });

describe('names', () => {
  it('are those of the formats', () => {
    expect(origin).toBe(`${installation}/installation/e1`);
    expect(logOrigin(installation, installation, 12)).toMatch(logOriginPattern);
    expect(signingKeyName(installation, 1, 3)).toBe(`${installation}/e1/k3`);
    expect(`${origin}0x`).not.toMatch(logOriginPattern);
  });
});

describe('checkpoints', () => {
  it('have three lines', () => {
    expect(written).toBe(`${origin}\n41207\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n`);
  });

  it('are read as they were written', () => {
    const any = fc.record({
      origin: fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => !/[\x00-\x1f]/.test(value)),
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    });
    fc.assert(
      fc.property(any, (checkpoint) => {
        const read = parseCheckpoint(formatCheckpoint(checkpoint));
        expect({ ...read, root: new Uint8Array(read.root) }).toEqual(checkpoint);
      }),
    );
  });

  it.each([
    ['no final newline', written.slice(0, -1)],
    ['an empty line', `${written}\n`],
    ['an extension line', `${written}x\n`],
    ['no origin', written.slice(origin.length)],
    ['a leading zero', written.replace('41207', '041207')],
    ['a sign', written.replace('41207', '+41207')],
    ['an unsafe size', written.replace('41207', '9007199254740993')],
    ['an exponent', written.replace('41207', '4e4')],
    ['a root of 31 bytes', written.replace('BwcHB', 'B')],
    ['a root without padding', written.replace('=', '')],
    ['a root with other last bits', written.replace('Bwc=', 'Bwd=')],
    ['nothing', ''],
  ])('are refused with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(validation);
  });

  it.each([{ origin: '' }, { origin: 'a\nb' }, { size: -1 }, { size: 0.5 }, { root: new Uint8Array(31) }])(
    'are not made of %j',
    (part) => {
      expect(() => formatCheckpoint({ origin, size: 1, root, ...part })).toThrow(validation);
    },
  );

  it('open only for their own log and key', () => {
    const key = ed25519KeyFromSeed(new Uint8Array(32).fill(1));
    const name = signingKeyName(installation, 1, 1);
    const note = formatNote(signNote(written, [noteSigner(name, key)]));
    const verifier = noteVerifier(name, key.publicKey);
    const { checkpoint, signedBy } = openCheckpoint(note, origin, [verifier]);
    expect(checkpoint).toMatchObject({ origin, size: 41207 });
    expect(signedBy).toEqual([verifier]);
    expect(() => openCheckpoint(note, logOrigin(installation, 'installation', 2), [verifier])).toThrow(
      integrity,
    );
    const next = noteVerifier(signingKeyName(installation, 1, 2), key.publicKey);
    expect(() => openCheckpoint(note, origin, [next])).toThrow(integrity);
  });
});
