import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ConnectConfig } from 'ssh2';
import { HoldfastError } from '../../../../shared/errors.ts';
import type { SftpCredentials } from '../../../../shared/target-place.ts';
import type { SftpLocation } from '../location.ts';
import {
  denied,
  missingFile,
  noCredentials,
  remoteFailed,
  remoteFull,
  unreachable,
  wrongCredentials,
} from '../remote-errors.ts';
import type { RemoteTiming } from '../remote-timing.ts';
import { SftpLost, SftpRefusal, SftpSession, sftpStatus } from './sftp-session.ts';

/** Milliseconds that an idle connection stays open. */
const idleMs = 1000;

/**
 * A connection to one SFTP server, made when it is needed, ended when it is idle, and made again where it broke. Only the
 * host key that was pinned is spoken to. Errors: UNAVAILABLE, FORBIDDEN (credentials), CONFLICT (another host key).
 */
export class SftpConnection {
  readonly server: string;
  readonly #location: SftpLocation;
  readonly #pauses: readonly number[];
  readonly #silenceMs: number;
  #session: Promise<SftpSession> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(location: SftpLocation, { pauses = [500, 2000], silenceMs = 30_000 }: RemoteTiming = {}) {
    this.server = serverName(location);
    this.#location = location;
    this.#pauses = pauses;
    this.#silenceMs = silenceMs;
  }

  /**
   * Works with the session; done again from the start, `attempt` counting up from 1, where the connection broke. `what`
   * names the file in errors. Errors: NOT_FOUND, READ_ONLY, STORAGE_FULL, IO beside those of the class.
   */
  async use<Result>(
    what: string,
    work: (session: SftpSession, attempt: number) => Promise<Result>,
  ): Promise<Result> {
    this.#users += 1;
    clearTimeout(this.#idle);
    try {
      for (let attempt = 1; ; attempt += 1) {
        const pause = this.#pauses[attempt - 1];
        try {
          return await work(await this.#opened(), attempt);
        } catch (error) {
          if (error instanceof SftpRefusal) throw await this.#refused(error, what);
          if (!(error instanceof SftpLost)) throw error;
          if (pause === undefined) throw unreachable(this.server, error.message, error);
        }
        await sleep(pause);
      }
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => void this.#close(), idleMs);
    }
  }

  async #close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined); // what never opened needs no closing
    if (this.#users === 0) session?.close();
  }

  async #opened(): Promise<SftpSession> {
    if (this.#session !== undefined) {
      const session = await this.#session;
      if (!session.isLost) return session;
    }
    const opening = this.#open();
    this.#session = opening;
    try {
      return await opening;
    } catch (error) {
      if (this.#session === opening) this.#session = undefined;
      throw error;
    }
  }

  async #open(): Promise<SftpSession> {
    const { hostKey, credentials, username } = this.#location;
    if (credentials === null) throw noCredentials(this.server);
    let found: string | undefined;
    const client = await connected(
      this.#location,
      {
        username,
        ...(await authentication(credentials)),
        hostVerifier: (key: Buffer) => {
          found = fingerprintOf(key);
          return found === hostKey;
        },
        readyTimeout: this.#silenceMs,
        keepaliveInterval: 10_000,
      },
      (error) => {
        if (found !== undefined && found !== hostKey) return hostKeyChanged(this.server, found);
        return connectError(this.server, error);
      },
    );
    return await new Promise((resolve, reject) => {
      const lost = () => reject(new SftpLost('the connection ended'));
      client.once('close', lost);
      client.sftp((error, sftp) => {
        client.off('close', lost);
        if (error) {
          client.destroy();
          reject(remoteFailed(this.server, 'the session', 'no SFTP', error));
        } else resolve(new SftpSession(client, sftp, this.#silenceMs));
      });
    });
  }

  /** SFTP has one word for most troubles; a full or read-only disk is told by asking for its space. */
  async #refused(refusal: SftpRefusal, what: string): Promise<HoldfastError> {
    if (refusal.status === sftpStatus.noSuchFile) return missingFile(what);
    if (refusal.status === sftpStatus.permissionDenied) return denied(this.server, what);
    const session = await this.#opened().catch(() => undefined); // the refusal is the one to tell
    const space = await session?.space(this.#location.path).catch(() => undefined);
    if (space?.readOnly) {
      return new HoldfastError(
        'READ_ONLY',
        `The folder on ${this.server} cannot be written. Make it writable.`,
        {
          file: what,
          errno: 'EROFS',
        },
      );
    }
    if (space !== undefined && space.freeBytes < 2 ** 20) return remoteFull(this.server, what);
    return remoteFailed(this.server, what, `SFTP ${refusal.status}`, refusal);
  }
}

/** The fingerprint of the key that a server shows; nothing is signed in to. Errors: UNAVAILABLE. */
export async function askHostKey(
  server: Pick<SftpLocation, 'host' | 'port'>,
  silenceMs = 15_000,
): Promise<string> {
  let found: string | undefined;
  const name = serverName(server);
  const refuse = (key: Buffer) => {
    found = fingerprintOf(key);
    return false;
  };
  const config = { username: 'nobody', hostVerifier: refuse, readyTimeout: silenceMs };
  try {
    (await connected(server, config, (error) => connectError(name, error))).destroy();
  } catch (error) {
    if (found !== undefined) return found;
    throw error instanceof SftpLost ? unreachable(name, error.message, error) : error;
  }
  throw unreachable(name, 'no host key');
}

/** `hostKey` where it was given. Errors: CONFLICT with the one that the server shows in `data.fingerprint`, UNAVAILABLE. */
export async function confirmedHostKey(
  server: Pick<SftpLocation, 'host' | 'port'>,
  hostKey: string | undefined,
): Promise<string> {
  if (hostKey !== undefined) return hostKey;
  throw hostKeyUnknown(serverName(server), await askHostKey(server));
}

/** The server shows this key; nothing was sent to it yet. */
function hostKeyUnknown(server: string, fingerprint: string): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `${server} shows the host key ${fingerprint}. Compare it with what \`ssh-keygen -l\` says on the server, and give it with --host-key.`,
    { reason: 'host-key-unknown', server, fingerprint },
  );
}

function hostKeyChanged(server: string, fingerprint: string): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    `${server} shows another host key (${fingerprint}) than the pinned one: another machine answers, or its key was replaced. Nothing was sent. If the key was replaced, give the new one with \`holdfast backup target update --host-key\`.`,
    { reason: 'host-key-changed', server, fingerprint },
  );
}

/** As OpenSSH writes it: the SHA-256 of the key, base64 without padding. */
function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function serverName({ host, port }: Pick<SftpLocation, 'host' | 'port'>): string {
  return port === 22 ? host : `${host}:${port}`;
}

/** Errors: VALIDATION (the private key cannot be read). */
async function authentication(credentials: SftpCredentials): Promise<ConnectConfig> {
  if (credentials.kind === 'password') return { password: credentials.password };
  const { privateKey, passphrase } = credentials;
  const { utils } = (await import('ssh2')).default;
  const parsed = utils.parseKey(privateKey, passphrase);
  const [key] = Array.isArray(parsed) ? parsed : [parsed];
  if (key instanceof Error || key === undefined || !key.isPrivateKey()) {
    throw new HoldfastError(
      'VALIDATION',
      'The private key cannot be read. Give an OpenSSH or PEM key, and its passphrase if it has one.',
      { reason: 'private-key', issues: [{ path: 'credentials.privateKey', reason: 'private-key' }] },
    );
  }
  return { privateKey, ...(passphrase === undefined ? {} : { passphrase }) };
}

async function connected(
  { host, port }: Pick<SftpLocation, 'host' | 'port'>,
  config: ConnectConfig,
  told: (error: Error) => Error,
): Promise<Client> {
  const { Client: SshClient } = (await import('ssh2')).default;
  const client = new SshClient();
  return await new Promise<Client>((resolve, reject) => {
    const fail = (error: Error) => {
      reject(told(error));
      client.destroy();
    };
    client.on('error', fail);
    client.once('close', () => fail(new Error('the connection ended')));
    client.once('ready', () => {
      client.off('error', fail);
      // small requests would wait 40 ms for each other's acknowledgement
      client.setNoDelay(true);
      resolve(client);
      // an error without a listener ends the process; the session listens for its own
      client.on('error', () => undefined);
    });
    client.connect({ host, port, ...config });
  });
}

function connectError(server: string, error: Error): Error {
  const level = 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') return wrongCredentials(server, 'refused');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return new SftpLost(code, { cause: error });
}
