import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type SFTPWrapper, type Stats } from 'ssh2';
import type { SftpLocation } from '../../main/backups/targets/location.ts';

const { Server, utils } = ssh2;
const { STATUS_CODE: status, flagsToString } = utils.sftp;

export interface PlainSftpServer {
  readonly folder: string;
  /** Names of the requests that were served, in their order. */
  readonly asked: string[];
  location(password?: string): SftpLocation;
  close(): Promise<void>;
}

const right = 'a password, 12 characters';

/** SFTP version 3 and nothing more: no extension of OpenSSH, sign-in by password, a rename that never replaces. */
export async function startPlainSftpServer(): Promise<PlainSftpServer> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-plain-sftp-'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const hostKey = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const asked: string[] = [];
  const server = new Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => undefined); // a client that goes away
    client.on('authentication', (context) => {
      const isRight = context.method === 'password' && context.password === right;
      if (isRight) context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) => {
      accept().on('sftp', (open) => serve(open(), asked));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  const key = utils.parseKey(hostKey);
  if (key instanceof Error) throw key;
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '');
  return {
    folder,
    asked,
    location: (password = right) => ({
      kind: 'sftp',
      host: '127.0.0.1',
      port: address.port,
      username: 'backup',
      path: folder,
      hostKey: `SHA256:${hash}`,
      credentials: { kind: 'password', password },
    }),
    async close() {
      await new Promise<void>((done) => server.close(() => done()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serve(sftp: SFTPWrapper, asked: string[]): void {
  const listed = new Set<string>();
  const handleOf = (text: string | number) => Buffer.from(String(text));
  /** Answers what `work` answers; what the system refuses, in SFTP's words. */
  const answering = (name: string, id: number, work: () => void) => {
    asked.push(name);
    try {
      work();
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      sftp.status(id, isMissing ? status.NO_SUCH_FILE : status.FAILURE);
    }
  };
  const done = (name: string, id: number, work: () => void) =>
    answering(name, id, () => {
      work();
      sftp.status(id, status.OK);
    });
  sftp.on('OPEN', (id, path, flags) =>
    answering('open', id, () =>
      sftp.handle(id, handleOf(openSync(path, flagsToString(flags) ?? 'r', 0o600))),
    ),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answering('read', id, () => {
      const bytes = Buffer.alloc(length);
      const read = readSync(Number(handle.toString()), bytes, 0, length, offset);
      if (read === 0) sftp.status(id, status.EOF);
      else sftp.data(id, bytes.subarray(0, read));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, bytes) =>
    done('write', id, () => writeSync(Number(handle.toString()), bytes, 0, bytes.length, offset)),
  );
  sftp.on('FSTAT', (id, handle) =>
    answering('fstat', id, () => sftp.attrs(id, attributes(fstatSync(Number(handle.toString()))))),
  );
  sftp.on('STAT', (id, path) => answering('stat', id, () => sftp.attrs(id, attributes(statSync(path)))));
  sftp.on('CLOSE', (id, handle) =>
    done('close', id, () => {
      const text = handle.toString();
      if (!text.startsWith('/')) closeSync(Number(text));
    }),
  );
  sftp.on('OPENDIR', (id, path) =>
    answering('opendir', id, () => {
      readdirSync(path);
      listed.delete(path);
      sftp.handle(id, handleOf(path));
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    answering('readdir', id, () => {
      const path = handle.toString();
      if (listed.has(path)) return sftp.status(id, status.EOF);
      listed.add(path);
      const names = readdirSync(path).map((filename) => ({
        filename,
        longname: filename,
        attrs: attributes(statSync(join(path, filename))),
      }));
      sftp.name(id, names);
    }),
  );
  sftp.on('MKDIR', (id, path) => done('mkdir', id, () => mkdirSync(path)));
  sftp.on('RMDIR', (id, path) => done('rmdir', id, () => rmdirSync(path)));
  sftp.on('REMOVE', (id, path) => done('remove', id, () => unlinkSync(path)));
  sftp.on('RENAME', (id, from, to) =>
    done('rename', id, () => {
      if (existsSync(to)) throw new Error('it is there');
      renameSync(from, to);
    }),
  );
}

function attributes({
  mode,
  uid,
  gid,
  size,
  atimeMs,
  mtimeMs,
}: Pick<Stats, 'mode' | 'uid' | 'gid' | 'size'> & {
  readonly atimeMs: number;
  readonly mtimeMs: number;
}) {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) };
}
