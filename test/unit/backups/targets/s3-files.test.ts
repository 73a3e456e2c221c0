import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { S3Files } from '../../../../main/backups/targets/s3/s3-files.ts';
import { s3Store } from '../../../../main/backups/targets/s3/s3-store.ts';
import { type S3Server, startS3Server } from '../../../doubles/s3-server.ts';

let server: S3Server;
const quick = { pauses: [1, 1], silenceMs: 2000 };

beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

const nameOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let made = 0;
const files = () => new S3Files(server.location(`some/prefix-${++made}`), quick);

describe('a repository in a bucket', () => {
  test('gives back what was written, whole and in parts, and lists it', async () => {
    const place = files();
    await place.prepare();
    const bytes = randomBytes(300_000);
    const name = nameOf(bytes);
    await place.write('data', name, [bytes.subarray(0, 7), bytes.subarray(7)]);
    await place.write('config', '', [Buffer.from('the config')]);
    expect(Buffer.from(await place.read('data', name)).equals(bytes)).toBe(true);
    const part = await place.read('data', name, { offset: 1000, length: 77 });
    expect(Buffer.from(part).equals(bytes.subarray(1000, 1077))).toBe(true);
    expect(await place.size('data', name)).toBe(300_000);
    expect(await place.storedHash('data', name)).toBe(name);
    expect(await place.list('data')).toMatchObject([{ name, size: 300_000 }]);
    expect(await place.list('config')).toEqual([{ name: '', size: 10 }]);
    expect(await place.list('snapshots')).toEqual([]);
  });

  test('never replaces a file, and a removed one is gone', async () => {
    const place = files();
    const name = nameOf(Buffer.from('one'));
    await place.write('snapshots', name, [Buffer.from('one')]);
    await expect(place.write('snapshots', name, [Buffer.from('two')])).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'file-exists' },
    });
    expect(await place.remove('snapshots', name)).toBeUndefined();
    expect(await place.size('snapshots', name)).toBeUndefined();
    await expect(place.read('snapshots', name)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { kind: 'repository-file' },
    });
  });

  test('tells a range past the end, and refuses names that are none', async () => {
    const place = files();
    const name = nameOf(Buffer.from('short'));
    await place.write('index', name, [Buffer.from('short')]);
    const range = (offset: number) => place.read('index', name, { offset, length: 10 });
    await expect(range(2)).rejects.toMatchObject({ code: 'INTEGRITY' });
    await expect(range(50)).rejects.toMatchObject({ code: 'INTEGRITY' });
    await expect(place.read('data', '../../config')).rejects.toMatchObject({ code: 'VALIDATION' });
  });
});

describe('a bucket as a target', () => {
  test('refuses an access key that it does not know', async () => {
    const credentials = { kind: 'access-key', accessKeyId: 'nobody', secretAccessKey: 'x' } as const;
    await expect(s3Store({ ...server.location(), credentials }, quick).folders('')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      data: { reason: 'target-credentials' },
    });
  });

  test('without credentials says how to give them', async () => {
    const store = s3Store({ ...server.location(), credentials: null }, quick);
    await expect(store.read('a')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      data: { reason: 'target-no-credentials' },
    });
  });

  test('that is not there is NOT_FOUND; a server that is not there UNAVAILABLE', async () => {
    const missing = s3Store({ ...server.location(), bucket: 'another' }, quick);
    await expect(missing.prepare('x')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { reason: 'target-bucket' },
    });
    const away = s3Store({ ...server.location(), endpoint: 'http://127.0.0.1:1' }, quick);
    await expect(away.prepare('x')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      data: { reason: 'target-unreachable' },
    });
  });

  test('replaces the single copies, and removes a folder whole', async () => {
    const store = s3Store(server.location('copies'), quick);
    for (const text of ['one', 'two']) await store.replace('a/keyring.enc', Buffer.from(text));
    await store.replace('a/keys/x', Buffer.from('x'));
    await store.replace('b/keyring.enc', Buffer.from('other'));
    expect((await store.read('a/keyring.enc'))?.toString()).toBe('two');
    expect([...(await store.folders(''))].sort()).toEqual(['a', 'b']);
    await store.removeFolder('a');
    expect(await store.folders('')).toEqual(['b']);
    expect(await store.read('a/keyring.enc')).toBeUndefined();
  });
});

describe('a server that is in trouble', () => {
  /** Answers each request with the next of these; the last one again and again. */
  async function answering(
    answers: readonly { status: number; body?: string; headers?: Record<string, string> }[],
    work: (place: ReturnType<typeof s3Store>, asked: () => number) => Promise<void>,
    prefix = '',
  ) {
    let asked = 0;
    const http = createServer((request, response) => {
      request.resume();
      const {
        status,
        body = '',
        headers = {},
      } = answers[Math.min(asked, answers.length - 1)] ?? { status: 500 };
      asked += 1;
      if (status === 0) return void request.socket.destroy();
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const { port } = http.address() as AddressInfo;
    try {
      await work(
        s3Store({ ...server.location(prefix), endpoint: `http://127.0.0.1:${port}` }, quick),
        () => asked,
      );
    } finally {
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    }
  }
  const refusal = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

  test('is asked again while it is busy or breaks off, and not for ever', async () => {
    await answering([{ status: 503 }, { status: 0 }, { status: 200, body: 'held' }], async (store, asked) => {
      expect((await store.read('a'))?.toString()).toBe('held');
      expect(asked()).toBe(3);
    });
    await answering([{ status: 429 }], async (store, asked) => {
      await expect(store.read('a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(asked()).toBe(3);
    });
  });

  test.each([
    [403, 'AccessDenied', 'FORBIDDEN', 'target-denied'],
    [403, 'RequestTimeTooSkewed', 'FORBIDDEN', 'target-clock'],
    [301, 'PermanentRedirect', 'VALIDATION', 'target-region'],
    [400, 'AuthorizationHeaderMalformed', 'VALIDATION', 'target-region'],
    [507, 'InsufficientStorage', 'STORAGE_FULL', undefined],
    [403, 'QuotaExceeded', 'STORAGE_FULL', undefined],
    [400, 'Whatever', 'IO', undefined],
  ])('%i %s is %s, told at once', async (status, code, expected, reason) => {
    await answering([{ status, body: refusal(code) }], async (store, asked) => {
      const error = await store.read('a').catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: expected, ...(reason ? { data: { reason } } : {}) });
      expect(asked()).toBe(1);
    });
  });

  test('puts nothing of its own into an error', async () => {
    const body = refusal('&lt;b&gt;http://evil.example/?secret');
    await answering([{ status: 400, body }], async (store) => {
      await expect(store.read('a')).rejects.toThrow(/HTTP 400/);
    });
  });

  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><ListBucketResult>&b;</ListBucketResult>'],
    ['something else', '<html></html>'],
    [
      'a folder outside of what was asked for',
      '<ListBucketResult><CommonPrefixes><Prefix>etc/</Prefix></CommonPrefixes></ListBucketResult>',
    ],
    [
      'the same page for ever',
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken></ListBucketResult>',
    ],
  ])('that answers %s is not believed', async (_, body) => {
    await answering(
      [{ status: 200, body }],
      async (place) => {
        await expect(place.folders('')).rejects.toMatchObject({ code: 'IO' });
      },
      'mine',
    );
  });

  test('cannot fill the memory', async () => {
    await answering([{ status: 200, body: 'x'.repeat(5 * 2 ** 20) }], async (store) => {
      await expect(store.folders('')).rejects.toMatchObject({ code: 'INTEGRITY' });
    });
  });
});
