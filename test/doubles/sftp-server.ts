import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SftpLocation } from '../../main/backups/targets/location.ts';

export interface SftpServer {
  readonly port: number;
  /** Where targets may be. */
  readonly folder: string;
  /** A private key that is let in; its public half lies beside it. */
  readonly keyFile: string;
  readonly hostKey: string;
  location(path?: string): SftpLocation;
  /** The command by which restic reaches it. */
  command(): string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Another host key from the next start on. */
  replaceHostKey(): void;
  close(): Promise<void>;
}

/** OpenSSH's own server on loopback, run as this user. */
export async function startSftpServer(): Promise<SftpServer> {
  const base = mkdtempSync(join(tmpdir(), 'holdfast-sftp-'));
  const folder = join(base, 'served');
  mkdirSync(folder);
  const makeKey = (file: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file, '-C', 'test']);
  const [hostFile, keyFile] = [join(base, 'host'), join(base, 'client')];
  makeKey(hostFile);
  makeKey(keyFile);
  const port = await freePort();
  writeFileSync(
    join(base, 'sshd_config'),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostFile}
AuthorizedKeysFile ${keyFile}.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
Subsystem sftp internal-sftp
`,
  );
  // the privilege separation folder of a server that root starts
  if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  let running: ReturnType<typeof spawn> | undefined;
  const start = async () => {
    running = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(base, 'sshd_config')], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(port)); tries += 1) {
      if (tries > 100) throw new Error('sshd does not start');
      await sleep(50);
    }
  };
  const stop = async () => {
    const ended = new Promise((done) => running?.once('exit', done));
    running?.kill();
    await ended;
    running = undefined;
  };
  await start();
  const fingerprint = () => fingerprintOf(`${hostFile}.pub`);
  return {
    port,
    folder,
    keyFile,
    get hostKey() {
      return fingerprint();
    },
    location: (path = folder) => ({
      kind: 'sftp',
      host: '127.0.0.1',
      port,
      username: userInfo().username,
      path,
      hostKey: fingerprint(),
      credentials: { kind: 'private-key', privateKey: readFileSync(keyFile, 'utf8') },
    }),
    command: () =>
      `ssh -p ${port} -i ${keyFile} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR ${userInfo().username}@127.0.0.1 -s sftp`,
    start,
    stop,
    replaceHostKey() {
      for (const file of [hostFile, `${hostFile}.pub`]) rmSync(file);
      makeKey(hostFile);
    },
    async close() {
      if (running !== undefined) await stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function fingerprintOf(file: string): string {
  const key = Buffer.from(readFileSync(file, 'utf8').split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
