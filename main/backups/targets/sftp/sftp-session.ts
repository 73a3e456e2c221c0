import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7). */
export const sftpStatus = { noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;

/** What the server refused. */
export class SftpRefusal extends Error {
  override readonly name = 'SftpRefusal';
  readonly status: number;

  constructor(status: number, cause: unknown) {
    super(`SFTP status ${status}`, { cause });
    this.status = status;
  }
}

/** The connection ended, or nothing came for too long. */
export class SftpLost extends Error {
  override readonly name = 'SftpLost';
}

/** Bytes a request carries: what every server takes. */
const pieceLength = 32 * 1024;
/** Requests under way at once, for lines with a long way. */
const inFlight = 48;

/** An open SFTP session. Errors of all methods: SftpRefusal, SftpLost. */
export class SftpSession {
  readonly #client: Client;
  readonly #sftp: SFTPWrapper;
  readonly #silenceMs: number;
  #lost: SftpLost | undefined;
  readonly #pending = new Set<(error: SftpLost) => void>();

  constructor(client: Client, sftp: SFTPWrapper, silenceMs: number) {
    this.#client = client;
    this.#sftp = sftp;
    this.#silenceMs = silenceMs;
    const lose = () => this.#lose(new SftpLost('the connection ended'));
    client.on('close', lose);
    client.on('error', lose);
    sftp.on('close', lose);
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  close(): void {
    this.#lose(new SftpLost('the connection was closed'));
  }

  async stat(path: string): Promise<Stats | undefined> {
    return await unlessMissing(this.#call<Stats>((done) => this.#sftp.stat(path, done)));
  }

  /** None where there is no such folder. */
  async entries(path: string): Promise<readonly FileEntryWithStats[]> {
    const found = await unlessMissing(
      this.#call<readonly FileEntryWithStats[]>((done) => this.#sftp.readdir(path, done)),
    );
    return (found ?? []).filter(({ filename }) => filename !== '.' && filename !== '..');
  }

  /** Readable by its owner only; does nothing where it is. */
  async makeFolder(path: string): Promise<void> {
    try {
      await this.#call<void>((done) => this.#sftp.mkdir(path, { mode: 0o700 }, (error) => done(error)));
    } catch (error) {
      if (!(error instanceof SftpRefusal) || !(await this.stat(path))?.isDirectory()) throw error;
    }
  }

  async unlink(path: string): Promise<void> {
    await this.#call<void>((done) => this.#sftp.unlink(path, (error) => done(error)));
  }

  async removeFolder(path: string): Promise<void> {
    await this.#call<void>((done) => this.#sftp.rmdir(path, (error) => done(error)));
  }

  /** To a name that nobody has: plain SFTP renaming never replaces. */
  async rename(from: string, to: string): Promise<void> {
    await this.#call<void>((done) => this.#sftp.rename(from, to, (error) => done(error)));
  }

  /** In the place of what is there, in one step where the server can (posix-rename@openssh.com). */
  async renameOver(from: string, to: string): Promise<void> {
    try {
      await this.#call<void>((done) => this.#sftp.ext_openssh_rename(from, to, (error) => done(error)));
    } catch (error) {
      if (!(error instanceof SftpRefusal && error.status === sftpStatus.unsupported)) throw error;
      await unlessMissing(this.unlink(to));
      await this.rename(from, to);
    }
  }

  /** Bytes free to this user, and whether nothing can be written (statvfs@openssh.com); undefined: not told. */
  async space(path: string): Promise<{ freeBytes: number; readOnly: boolean } | undefined> {
    try {
      const told = await this.#call<unknown>((done) => this.#sftp.ext_openssh_statvfs(path, done));
      return spaceOf(told);
    } catch (error) {
      if (error instanceof SftpRefusal) return undefined;
      throw error;
    }
  }

  /** The whole file, or `range` as far as there is of it; at most `atMost` bytes, else undefined. */
  async read(
    path: string,
    range: { readonly offset: number; readonly length: number } | undefined,
    atMost: number,
  ): Promise<Buffer | undefined> {
    return await this.#opened(path, 'r', async (handle) => {
      const { size } = await this.#call<Stats>((done) => this.#sftp.fstat(handle, done));
      const offset = range?.offset ?? 0;
      const length = Math.max(0, Math.min(range?.length ?? size, size - offset));
      if (length > atMost) return undefined;
      const bytes = Buffer.alloc(length);
      let shortest = length;
      await this.#pieces(length, async (start, wanted) => {
        const read = await this.#readPiece(handle, bytes, { start, wanted, position: offset + start });
        if (read < wanted) shortest = Math.min(shortest, start + read);
      });
      return bytes.subarray(0, shortest);
    });
  }

  /** Writes a new file, durably where the server can (fsync@openssh.com). */
  async writeNew(path: string, bytes: Buffer): Promise<void> {
    await this.#opened(path, 'wx', async (handle) => {
      await this.#pieces(bytes.length, (start, length) =>
        this.#call<void>((done) =>
          this.#sftp.write(handle, bytes, start, length, start, (error) => done(error)),
        ),
      );
      try {
        await this.#call<void>((done) => this.#sftp.ext_openssh_fsync(handle, (error) => done(error)));
      } catch (error) {
        if (!(error instanceof SftpRefusal && error.status === sftpStatus.unsupported)) throw error;
      }
    });
  }

  async #readPiece(
    handle: Buffer,
    bytes: Buffer,
    piece: { readonly start: number; readonly wanted: number; readonly position: number },
  ): Promise<number> {
    let read = 0;
    while (read < piece.wanted) {
      const got = await this.#call<number>((done) =>
        this.#sftp.read(
          handle,
          bytes,
          piece.start + read,
          piece.wanted - read,
          piece.position + read,
          (error, count) => done(error, count),
        ),
      ).catch((error: unknown) => {
        if (error instanceof SftpRefusal && error.status === 1) return 0; // end of file
        throw error;
      });
      if (got === 0) break;
      read += got;
    }
    return read;
  }

  async #opened<Result>(
    path: string,
    flags: 'r' | 'wx',
    use: (handle: Buffer) => Promise<Result>,
  ): Promise<Result> {
    const handle = await this.#call<Buffer>((done) => this.#sftp.open(path, flags, { mode: 0o600 }, done));
    const close = () => this.#call<void>((done) => this.#sftp.close(handle, (error) => done(error)));
    try {
      const result = await use(handle);
      await close();
      return result;
    } catch (error) {
      await close().catch(() => undefined); // the first error is the one to tell
      throw error;
    }
  }

  async #pieces(length: number, work: (start: number, length: number) => Promise<void>): Promise<void> {
    let next = 0;
    const worker = async () => {
      while (next < length) {
        const start = next;
        next += pieceLength;
        await work(start, Math.min(pieceLength, length - start));
      }
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, Math.ceil(length / pieceLength)) }, worker));
  }

  #call<Value>(start: (done: (error?: Error | null, value?: Value) => void) => void): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost);
      const end = () => {
        clearTimeout(timer);
        this.#pending.delete(lose);
      };
      const lose = (error: SftpLost) => {
        end();
        reject(error);
      };
      const timer = setTimeout(() => this.#lose(new SftpLost('no answer')), this.#silenceMs);
      this.#pending.add(lose);
      const done = (error?: Error | null, value?: Value) => {
        end();
        if (error) reject(refusalOf(error));
        else resolve(value as Value);
      };
      try {
        start(done);
      } catch (error) {
        end();
        // ssh2 throws where the server has no such extension
        reject(new SftpRefusal(sftpStatus.unsupported, error));
      }
    });
  }

  #lose(error: SftpLost): void {
    this.#lost ??= error;
    for (const lose of [...this.#pending]) lose(error);
    this.#client.end();
    this.#client.destroy();
  }
}

function refusalOf(error: Error): Error {
  if ('code' in error && typeof error.code === 'number') return new SftpRefusal(error.code, error);
  return new SftpLost(error.message, { cause: error });
}

async function unlessMissing<Value>(working: Promise<Value>): Promise<Value | undefined> {
  try {
    return await working;
  } catch (error) {
    if (error instanceof SftpRefusal && error.status === sftpStatus.noSuchFile) return undefined;
    throw error;
  }
}

function spaceOf(told: unknown): { freeBytes: number; readOnly: boolean } | undefined {
  if (typeof told !== 'object' || told === null) return undefined;
  const number = (name: string) => {
    const value: unknown = Reflect.get(told, name);
    return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
  };
  const [available, size, flag = 0] = [
    number('f_bavail'),
    number('f_frsize') ?? number('f_bsize'),
    number('f_flag'),
  ];
  if (available === undefined || size === undefined) return undefined;
  return { freeBytes: available * size, readOnly: (flag & 1) === 1 };
}
