import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { S3Files } from '../../../../main/backups/targets/s3/s3-files.ts';
import { s3Store } from '../../../../main/backups/targets/s3/s3-store.ts';
import { S3StandIn, type StandInOptions } from '../../../doubles/s3-stand-in.ts';

const quick = { pauses: [1, 1], silenceMs: 2000 };
const nameOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let server: S3StandIn;

async function start(options: StandInOptions = {}) {
  server = new S3StandIn(options);
  await server.start();
  return { files: new S3Files(server.location('a'), quick), store: s3Store(server.location(), quick) };
}
afterEach(() => server.close());

describe('requests', () => {
  test('are signed as the server wants it, and a wrong secret is told', async () => {
    const { files } = await start();
    const bytes = randomBytes(1000);
    await files.write('data', nameOf(bytes), [bytes]);
    expect(Buffer.from(await files.read('data', nameOf(bytes))).equals(bytes)).toBe(true);
    const { credentials, ...place } = server.location('a');
    const wrong = { ...place, credentials: credentials && { ...credentials, secretAccessKey: 'another' } };
    await expect(new S3Files(wrong, quick).list('data')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      data: { reason: 'target-credentials' },
    });
  });

  test('list page after page', async () => {
    const { files } = await start({ page: 7 });
    const names = Array.from({ length: 30 }, (_, at) => nameOf(Buffer.from(String(at)))).sort();
    for (const name of names) await files.write('index', name, [Buffer.from(name)]);
    expect((await files.list('index')).map(({ name }) => name).sort()).toEqual(names);
  });

  test('that were carried out before the answer was lost are not a conflict', async () => {
    const { files } = await start();
    const bytes = randomBytes(100);
    let broken = 0;
    server.breaksOff = ({ method }) => method === 'PUT' && broken++ === 0;
    await files.write('data', nameOf(bytes), [bytes]);
    expect(broken).toBe(2);
    expect(await files.storedHash('data', nameOf(bytes))).toBe(nameOf(bytes));
  });

  test('never replace, also where another writes between looking and writing', async () => {
    const { files } = await start();
    const name = nameOf(Buffer.from('ours'));
    server.breaksOff = ({ method }) => {
      const theirs = { id: 'theirs', bytes: Buffer.from('theirs'), until: 0 };
      if (method === 'HEAD' && !server.objects.has(`a/index/${name}`))
        server.objects.set(`a/index/${name}`, [theirs]);
      return false;
    };
    await expect(files.write('index', name, [Buffer.from('ours')])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(Buffer.from(await files.read('index', name)).toString()).toBe('theirs');
  });

  test('do without conditions where the server has none', async () => {
    const { files } = await start({ noConditions: true });
    const [one, two] = [randomBytes(10), randomBytes(10)];
    for (const bytes of [one, two]) await files.write('data', nameOf(bytes), [bytes]);
    expect(await files.list('data')).toHaveLength(2);
    expect(server.asked.filter((line) => line.startsWith('PUT'))).toHaveLength(3);
  });

  test('prove what was stored by the checksum of the server, else by reading', async () => {
    const { files } = await start({ checksums: true });
    const bytes = randomBytes(10);
    await files.write('data', nameOf(bytes), [bytes]);
    const gets = () => server.asked.filter((line) => line.startsWith('GET')).length;
    expect(await files.storedHash('data', nameOf(bytes))).toBe(nameOf(bytes));
    expect(gets()).toBe(0);
    server.options = {};
    expect(await files.storedHash('data', nameOf(bytes))).toBe(nameOf(bytes));
    expect(gets()).toBe(1);
  });
});

describe('a bucket with versions', () => {
  test('keeps none of what is removed or replaced', async () => {
    const { files, store } = await start({ versioned: true, page: 2 });
    const bytes = randomBytes(10);
    await files.write('data', nameOf(bytes), [bytes]);
    expect(await files.remove('data', nameOf(bytes))).toBeUndefined();
    expect(server.objects.size).toBe(0);
    for (const text of ['1', '2', '3']) {
      expect(await store.replace('b/keyring.enc', Buffer.from(text))).toBeUndefined();
    }
    expect(server.bytesLeft()).toBe(1);
    expect((await store.read('b/keyring.enc'))?.toString()).toBe('3');
  });

  test('under an object lock keeps what is removed until a date, out of sight', async () => {
    const { files } = await start({ versioned: true, lockMs: 3_600_000 });
    const bytes = randomBytes(10);
    await files.write('data', nameOf(bytes), [bytes]);
    const kept = await files.remove('data', nameOf(bytes));
    expect(kept?.files).toBe(1);
    expect(kept?.until).toBeGreaterThan(Date.now() + 3_500_000);
    expect(server.bytesLeft()).toBe(1);
    expect(await files.list('data')).toEqual([]);
    expect(await files.size('data', nameOf(bytes))).toBeUndefined();
    await files.write('data', nameOf(bytes), [bytes]);
    expect(await files.list('data')).toHaveLength(1);
  });

  test('whose versions these credentials may not remove keeps them without an end', async () => {
    const { files, store } = await start({ versioned: true, mayVersions: false });
    const bytes = randomBytes(10);
    await files.write('data', nameOf(bytes), [bytes]);
    expect(await files.remove('data', nameOf(bytes))).toEqual({ files: 1, until: null });
    await files.write('data', nameOf(bytes), [bytes]);
    expect(await store.removeFolder('a')).toEqual({ files: 1, until: null });
    expect(await files.list('data')).toEqual([]);
    // nothing is listed any more, and the older versions are there
    expect(await store.removeFolder('a')).toEqual({ files: 1, until: null });
    expect(server.bytesLeft()).toBeGreaterThan(0);
  });

  test('is emptied whole, once nothing locks it any more also of what was removed before', async () => {
    const { files, store } = await start({ versioned: true, lockMs: 3_600_000, page: 3 });
    const contents = Array.from({ length: 8 }, () => randomBytes(10));
    for (const bytes of contents) await files.write('data', nameOf(bytes), [bytes]);
    const first = contents[0] ?? randomBytes(1);
    await files.remove('data', nameOf(first));
    expect(await store.removeFolder('a')).toMatchObject({ files: 8, until: expect.any(Number) });
    expect(server.keys()).toEqual([]);
    expect(server.bytesLeft()).toBe(8);
    server.options = { versioned: true, page: 3 };
    expect(await store.removeFolder('a')).toBeUndefined();
    expect(server.objects.size).toBe(0);
  });
});
