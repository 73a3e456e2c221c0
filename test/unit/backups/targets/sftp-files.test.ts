import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askHostKey } from '../../../../main/backups/targets/sftp/sftp-connection.ts';
import { SftpFiles } from '../../../../main/backups/targets/sftp/sftp-files.ts';
import { sftpStore } from '../../../../main/backups/targets/sftp/sftp-store.ts';
import { type SftpServer, startSftpServer } from '../../../doubles/sftp-server.ts';

let server: SftpServer;
let folder: string;
let made = 0;
const quick = { pauses: [10, 50], silenceMs: 5000 };
const nameOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const files = () => new SftpFiles(server.location(join(folder, 'repository')), quick);

beforeAll(async () => {
  server = await startSftpServer();
});
afterAll(() => server.close());
beforeEach(() => {
  folder = join(server.folder, `place-${++made}`);
  mkdirSync(folder);
});

describe('a repository on an SFTP server', () => {
  test('gives back what was written, whole and in parts, and lists it', async () => {
    const place = files();
    await place.prepare();
    const bytes = randomBytes(3_000_001);
    const name = nameOf(bytes);
    await place.write('data', name, [bytes.subarray(0, 7), bytes.subarray(7)]);
    await place.write('config', '', [Buffer.from('the config')]);
    expect(readFileSync(join(folder, 'repository', 'data', name.slice(0, 2), name)).equals(bytes)).toBe(true);
    expect(Buffer.from(await place.read('data', name)).equals(bytes)).toBe(true);
    const part = await place.read('data', name, { offset: 100_000, length: 70_000 });
    expect(Buffer.from(part).equals(bytes.subarray(100_000, 170_000))).toBe(true);
    expect(await place.size('data', name)).toBe(bytes.length);
    expect(await place.storedHash('data', name)).toBe(name);
    expect(await place.list('data')).toMatchObject([{ name, size: bytes.length }]);
    expect(await place.list('config')).toEqual([{ name: '', size: 10 }]);
    expect(await place.list('snapshots')).toEqual([]);
    expect(readdirSync(join(folder, 'repository', 'data', name.slice(0, 2)))).toEqual([name]);
  });

  test('never replaces a file; a removed one is gone; what is no file of it is passed over', async () => {
    const place = files();
    await place.prepare();
    const name = nameOf(Buffer.from('one'));
    await place.write('index', name, [Buffer.from('one')]);
    await expect(place.write('index', name, [Buffer.from('two')])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    writeFileSync(join(folder, 'repository', 'index', `${name}-tmp-abc`), 'half');
    mkdirSync(join(folder, 'repository', 'index', nameOf(Buffer.from('a folder'))));
    expect(await place.list('index')).toHaveLength(1);
    expect(await place.removeLeftovers()).toEqual({ files: 1, bytes: 4 });
    expect(await place.removeLeftovers()).toEqual({ files: 0, bytes: 0 });
    expect(await place.list('index')).toHaveLength(1);
    await place.remove('index', name);
    expect(await place.size('index', name)).toBeUndefined();
    const missing = { code: 'NOT_FOUND', data: { kind: 'repository-file' } };
    await expect(place.read('index', name)).rejects.toMatchObject(missing);
    await expect(place.remove('index', name)).rejects.toMatchObject(missing);
    await expect(place.read('data', '../../config')).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  test('tells a range past the end', async () => {
    const place = files();
    await place.prepare();
    const name = nameOf(Buffer.from('short'));
    await place.write('index', name, [Buffer.from('short')]);
    for (const offset of [2, 50]) {
      const reading = place.read('index', name, { offset, length: 10 });
      await expect(reading).rejects.toMatchObject({ code: 'INTEGRITY' });
    }
  });

  test('is never made again where its folder is gone', async () => {
    const place = files();
    await place.prepare();
    rmSync(folder, { recursive: true });
    const name = nameOf(Buffer.from('one'));
    await expect(place.write('data', name, [Buffer.from('one')])).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(place.list('data')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(existsSync(folder)).toBe(false);
  });

  test('goes on over a new connection when the old one breaks, and not for ever', async () => {
    const bytes = randomBytes(2_000_000);
    const sockets = new Set<Socket>();
    let budget = Number.POSITIVE_INFINITY;
    const proxy = createServer((socket) => {
      const onward = createConnection(server.port, '127.0.0.1');
      sockets.add(socket);
      socket.on('data', (chunk) => {
        budget -= chunk.length;
        if (budget < 0) return void socket.destroy();
        onward.write(chunk);
      });
      onward.pipe(socket);
      for (const end of [socket, onward]) {
        end.on('error', () => undefined);
        end.on('close', () => [socket, onward].map((other) => other.destroy()));
      }
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const address = proxy.address();
    if (address === null || typeof address === 'string') throw new TypeError('no port');
    try {
      const location = { ...server.location(join(folder, 'repository')), port: address.port };
      const place = new SftpFiles(location, quick);
      await place.prepare();
      budget = 1_000_000;
      const writing = place.write('data', nameOf(bytes), [bytes]);
      await expect.poll(() => budget).toBeLessThan(0);
      budget = Number.POSITIVE_INFINITY;
      await writing;
      expect(await place.storedHash('data', nameOf(bytes))).toBe(nameOf(bytes));
      budget = 0;
      for (const socket of sockets) socket.destroy();
      await expect(place.list('data')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      await new Promise((done) => proxy.close(done));
    }
  });

  test.runIf(process.getuid?.() === 0)(
    'that is full is STORAGE_FULL and leaves nothing half; read-only is READ_ONLY',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
      try {
        const place = files();
        await place.prepare();
        const bytes = randomBytes(4_000_000);
        await expect(place.write('data', nameOf(bytes), [bytes])).rejects.toMatchObject({
          code: 'STORAGE_FULL',
        });
        expect(readdirSync(join(folder, 'repository', 'data', nameOf(bytes).slice(0, 2)))).toEqual([]);
        execFileSync('mount', ['-o', 'remount,ro', folder]);
        const small = randomBytes(10);
        await expect(place.write('index', nameOf(small), [small])).rejects.toMatchObject({
          code: 'READ_ONLY',
        });
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
    },
  );
});

describe('an SFTP server', () => {
  test('shows its host key before anything is sent, and with another one nothing is', async () => {
    expect(await askHostKey(server.location())).toBe(server.hostKey);
    const other = { ...server.location(folder), hostKey: `SHA256:${'A'.repeat(43)}` };
    await expect(sftpStore(other, quick).folders('')).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'host-key-changed', fingerprint: server.hostKey },
    });
  });

  test('refuses a key that it does not know, and a text that is no key is told apart', async () => {
    const file = join(folder, 'another');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const privateKey = readFileSync(file, 'utf8');
    const place = server.location(folder);
    const refused = sftpStore({ ...place, credentials: { kind: 'private-key', privateKey } }, quick);
    await expect(refused.folders('')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      data: { reason: 'target-credentials' },
    });
    const noKey = sftpStore({ ...place, credentials: { kind: 'private-key', privateKey: 'hello' } }, quick);
    await expect(noKey.folders('')).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(sftpStore({ ...place, credentials: null }, quick).folders('')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      data: { reason: 'target-no-credentials' },
    });
  });

  test('takes a key with a passphrase', async () => {
    const file = join(folder, 'sealed');
    const copied = readFileSync(server.keyFile);
    writeFileSync(file, copied, { mode: 0o600 });
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', file]);
    const privateKey = readFileSync(file, 'utf8');
    const sealed = { kind: 'private-key', privateKey, passphrase: 'open sesame' } as const;
    const store = sftpStore({ ...server.location(folder), credentials: sealed }, quick);
    expect(await store.folders('')).toEqual([]);
  });

  test('that is not there is UNAVAILABLE', async () => {
    const away = { ...server.location(folder), port: 1 };
    await expect(sftpStore(away, quick).folders('')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      data: { reason: 'target-unreachable' },
    });
  });

  test('replaces the single copies, removes a folder whole and follows no link out of it', async () => {
    const store = sftpStore(server.location(folder), quick);
    await expect(sftpStore(server.location(join(folder, 'none')), quick).prepare('a')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { kind: 'target-folder' },
    });
    await store.prepare('a');
    for (const text of ['one', 'two']) await store.replace('a/keyring.enc', Buffer.from(text));
    expect((await store.read('a/keyring.enc'))?.toString()).toBe('two');
    expect(readdirSync(join(folder, 'a'))).toEqual(['keyring.enc']);
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'outside', 'kept'), 'kept');
    symlinkSync(join(folder, 'outside'), join(folder, 'a', 'link'));
    await store.removeFolder('a');
    expect(await store.read('a/keyring.enc')).toBeUndefined();
    expect([...(await store.folders(''))]).toEqual(['outside']);
    expect(readdirSync(join(folder, 'outside'))).toEqual(['kept']);
    expect(await store.freeBytes()).toBeGreaterThan(0);
  });
});
