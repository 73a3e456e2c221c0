import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PackedBlob } from '../../../../main/backups/container/blob.ts';
import { readConfig } from '../../../../main/backups/container/config-file.ts';
import { FolderFiles } from '../../../../main/backups/container/folder-files.ts';
import { encodeIndex, parseIndex } from '../../../../main/backups/container/index-file.ts';
import { openMasterKeys } from '../../../../main/backups/container/key-file.ts';
import { packSize, packTail, parsePack } from '../../../../main/backups/container/pack.ts';
import { randomSealingKeys, seal } from '../../../../main/backups/container/sealing.ts';
import { encodeSnapshot, parseSnapshot } from '../../../../main/backups/container/snapshot-file.ts';
import { HoldfastError } from '../../../../shared/errors.ts';

const keys = randomSealingKeys();
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const blobs = fc
  .array(
    fc.record({
      id,
      kind: fc.constantFrom('data', 'tree'),
      length: fc.integer({ min: 32, max: 99 }),
      plainLength: fc.option(fc.integer({ min: 1, max: 0xffffffff }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((list) => {
    let offset = 0;
    return list.map((blob): PackedBlob => {
      const placed = { ...blob, offset } as PackedBlob;
      offset += blob.length;
      return placed;
    });
  });

function onlyDamage(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    expect((error as HoldfastError).code).toBe('INTEGRITY');
  }
}

describe('a pack', () => {
  test('lists what was put in, and has the size told beforehand', () => {
    fc.assert(
      fc.property(blobs, (list) => {
        const body = Buffer.alloc(list.reduce((sum, { length }) => sum + length, 0));
        const pack = Buffer.concat([body, packTail(keys, list)]);
        expect(parsePack(keys, pack, 'pack')).toEqual(list);
        expect(packSize(list)).toBe(pack.length);
      }),
    );
  });

  test('of any other bytes is damage and nothing worse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 100 }), (bytes, header) => {
        expect(() => parsePack(keys, bytes, 'pack')).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
        const sealed = seal(keys, header); // a sound seal around a senseless header
        const length = Buffer.alloc(4);
        length.writeUInt32LE(sealed.length);
        onlyDamage(() => parsePack(keys, Buffer.concat([bytes, sealed, length]), 'pack'));
      }),
    );
  });
});

describe('an index file', () => {
  test('comes back as it went', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id, blobs })), fc.array(id), (packs, supersedes) => {
        expect(parseIndex(JSON.parse(encodeIndex({ packs, supersedes })), 'index')).toEqual({
          packs,
          supersedes,
        });
      }),
    );
  });

  test('of any other JSON is damage and nothing worse', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        onlyDamage(() => parseIndex(json, 'index'));
        onlyDamage(() => parseIndex({ packs: [{ id: 'ab'.repeat(32), blobs: [json] }] }, 'index'));
      }),
    );
  });
});

describe('a snapshot file', () => {
  const record = { time: '2026-01-02T03:04:05.123456789+01:00', tree: 'cd'.repeat(32), paths: ['/<a>'] };

  test('has its fields in the order of restic', () => {
    const full = {
      ...record,
      parent: 'ef'.repeat(32),
      hostname: 'h',
      username: 'u',
      uid: 5,
      tags: ['t'],
      programVersion: 'p',
    };
    expect(encodeSnapshot(full)).toBe(
      `{"time":"${record.time}","parent":"${'ef'.repeat(32)}","tree":"${record.tree}","paths":["/\\u003ca\\u003e"],` +
        '"hostname":"h","username":"u","uid":5,"tags":["t"],"program_version":"p"}',
    );
    expect(parseSnapshot(JSON.parse(encodeSnapshot(full)), 'x')).toMatchObject({ ...full, id: 'x' });
  });

  test('of any other JSON is damage', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => parseSnapshot(json, 'x')).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
      }),
    );
  });
});

describe('hostile files', () => {
  let folder: string;
  let files: FolderFiles;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-forms-'));
    files = new FolderFiles(folder);
    await files.prepare();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('a config of a newer version is refused as such', async () => {
    await files.write('config', '', [seal(keys, Buffer.from('{"version":3,"more":true}'))]);
    await expect(readConfig(files, keys)).rejects.toMatchObject({
      code: 'NEWER_FORMAT',
      data: { what: 'repository', found: 3, known: 2 },
    });
  });

  test('a config whose polynomial is reducible is refused, as restic does', async () => {
    const config = { version: 2, id: 'ab'.repeat(32), chunker_polynomial: '25b468838dcb74' };
    await files.write('config', '', [seal(keys, Buffer.from(JSON.stringify(config)))]);
    await expect(readConfig(files, keys)).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  test.each([{ N: 2 ** 30 }, { N: 1000 }, { r: 2 ** 20 }, { p: 1000 }, { salt: 'AAAA' }, { kdf: 'none' }])(
    'a key file with %j is refused before any work',
    async (change) => {
      const sound = {
        created: '2026-01-01T00:00:00Z',
        username: '',
        hostname: '',
        kdf: 'scrypt',
        N: 1024,
        r: 8,
        p: 1,
        salt: Buffer.alloc(64).toString('base64'),
        data: 'AAAA',
      };
      const bytes = Buffer.from(JSON.stringify({ ...sound, ...change }));
      await files.write('keys', createHash('sha256').update(bytes).digest('hex'), [bytes]);
      await expect(openMasterKeys(files, { password: 'x' })).rejects.toMatchObject({ code: 'INTEGRITY' });
    },
  );

  test('a name that is a path is never opened', async () => {
    await expect(files.read('keys', '../config')).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  test('nothing is ever replaced', async () => {
    await files.write('keys', 'ab'.repeat(32), [Buffer.from('first')]);
    await expect(files.write('keys', 'ab'.repeat(32), [Buffer.from('second')])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(Buffer.from(await files.read('keys', 'ab'.repeat(32))).toString()).toBe('first');
    await expect(files.read('keys', 'ab'.repeat(32), { offset: 3, length: 3 })).rejects.toMatchObject({
      code: 'INTEGRITY',
    });
  });
});
