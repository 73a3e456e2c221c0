import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLine, splitLines } from '../../../../main/tenants/imports/json-lines.ts';

/** The same bytes in pieces of `length`, each in the one buffer that is used again. */
function* pieces(bytes: Buffer, length: number): Generator<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < bytes.length; at += length) {
    const piece = bytes.subarray(at, at + length);
    piece.copy(buffer);
    yield buffer.subarray(0, piece.length);
  }
}

test('lines are the same however the file comes in pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '', 'ü🎻', ' ', 'long'.repeat(20))),
      fc.integer({ min: 1, max: 100 }),
      (texts, length) => {
        const lines = [...splitLines(pieces(Buffer.from(texts.join('\n')), length))].map(
          ({ number }) => number,
        );
        const found: [number, string][] = [];
        for (const { number, bytes } of splitLines(pieces(Buffer.from(texts.join('\n')), length))) {
          found.push([number, bytes?.toString() ?? '']);
        }
        const expected = texts.flatMap((text, index) => (text.trim() === '' ? [] : [[index + 1, text]]));
        expect(found).toEqual(expected);
        expect(lines).toEqual(expected.map(([number]) => number));
      },
    ),
  );
});

test('a byte-order mark is left out at the beginning only', () => {
  const bytes = Buffer.from('\ufeff{"id":"a"}\n\ufeff{"id":"b"}');
  const parsed = [...splitLines([bytes])].map((line) => parseLine(line.bytes));
  expect(parsed).toEqual([{ id: 'a', text: '{"id":"a"}', bytes: 10 }, { fault: 'not-json' }]);
});

test('what a line says is kept, or the line is damaged', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const line = JSON.stringify({ ...value, id: 'x' });
      const parsed = parseLine(Buffer.from(line));
      expect(parsed).toEqual({ id: 'x', text: line, bytes: Buffer.byteLength(line) });
    }),
  );
  const fault = (line: string) => {
    const parsed = parseLine(Buffer.from(line));
    return 'fault' in parsed ? parsed.fault : parsed.text;
  };
  expect(fault('{"id":"x","n":9007199254740993}')).toBe('inexact-number');
  expect(fault('{"id":"x","n":-1e400}')).toBe('inexact-number');
  expect(fault('{"id":"x","n":"9007199254740993 1e400"}')).toBe('{"id":"x","n":"9007199254740993 1e400"}');
  expect(fault('{"id":"x","n":1.50e+2}')).toBe('{"id":"x","n":150}');
  expect(fault(`{"id":"x","n":${'['.repeat(1e6)}`)).toBe('not-json');
  expect(fault(`{"id":"x","n":${'['.repeat(200)}${']'.repeat(200)}}`)).toBe('nested-too-deeply');
});
