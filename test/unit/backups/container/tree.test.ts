import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directoryNode, encodeTree, fileNode, parseTree } from '../../../../main/backups/container/tree.ts';
import { anyCharacter } from './any-character.ts';

const blob = 'ab'.repeat(32);

describe('a tree', () => {
  test('is written as restic writes it', () => {
    const mtimeMs = Date.parse('2026-01-02T03:04:05.600Z');
    const tree = encodeTree([
      fileNode({ name: 'b<', content: [blob], size: 7, mtimeMs }),
      directoryNode({ name: 'a', subtree: blob, mtimeMs }),
    ]);
    const times = ['mtime', 'atime', 'ctime'].map((name) => `"${name}":"2026-01-02T03:04:05.6Z"`).join(',');
    expect(tree.toString()).toBe(
      `{"nodes":[{"name":"a","type":"dir","mode":2147484096,${times},"uid":0,"gid":0,"content":null,"subtree":"${blob}"},` +
        `{"name":"b\\u003c","type":"file","mode":384,${times},"uid":0,"gid":0,"size":7,"links":1,"content":["${blob}"]}]}\n`,
    );
  });

  test('without entries is what restic writes for an empty folder', () => {
    expect(encodeTree([]).toString()).toBe('{"nodes":[]}\n');
  });

  test('comes back as it went, in the order of the bytes of its names', () => {
    const name = fc
      .string({ unit: anyCharacter, minLength: 1 })
      .filter((text) => !/[/\0]|^\.\.?$/.test(text));
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
        const nodes = names.map((text) => fileNode({ name: text, content: [], size: 0, mtimeMs: 0 }));
        const parsed = parseTree(encodeTree(nodes), blob).map((node) => node.name);
        expect(parsed).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });

  test('keeps 64-bit inodes exact', () => {
    const node = {
      ...fileNode({ name: 'x', content: [], size: 1, mtimeMs: 0 }),
      inode: 18446744073709551615n,
    };
    expect(parseTree(encodeTree([node]), blob)[0]?.inode).toBe(18446744073709551615n);
  });

  test.each(['', '.', '..', 'a/b', 'a\0b'])('is not written with the name %j', (name) => {
    const node = fileNode({ name, content: [], size: 0, mtimeMs: 0 });
    expect(() => encodeTree([node])).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
  });

  const stored = (name: string) =>
    encodeTree([fileNode({ name: 'NAME', content: [], size: 0, mtimeMs: 0 })])
      .toString()
      .replace('NAME', name);
  test.each([
    ['a path upwards', stored('..')],
    ['a path', stored('a/b')],
    ['a hidden path', stored('a\\\\x2fb')],
    ['a broken escape', stored('\\\\q')],
    ['a bad blob id', stored('a').replace('"content":[]', '"content":["../../x"]')],
    ['a negative size', stored('a').replace('"links":1', '"links":1,"size":-1')],
    ['an unknown type', stored('a').replace('"file"', '"door"')],
    ['a directory without tree', stored('a').replace('"file"', '"dir"')],
    ['a name twice', stored('a').replace(/\[(\{.*\})\]\}/, '[$1,$1]}')],
    ['no JSON', '{"nodes":['],
    ['another shape', '[]'],
  ])('with %s is damage', (_what, text) => {
    expect(() => parseTree(Buffer.from(text), blob)).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
  });
});
