import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { plainName } from './plain-name.ts';
import { makeSpoolFolder } from './spool-folder.ts';
import type { WindowSession } from './window-session.ts';

/** A file on its way between a window and an operation of the contract that names it by its path. */
export interface Transfer {
  readonly id: string;
  /** In a folder of its own that only this process's user can enter. */
  readonly file: string;
  /** What the person calls it. */
  readonly name: string;
}

interface Held extends Transfer {
  readonly timer: NodeJS.Timeout;
}

const mostPerWindow = 32;
const keptMs = 24 * 3_600_000;
/** So much of the disk stays free, whatever is sent: a gigabyte, or a tenth of a small disk. */
const spareBytes = 1e9;
const spareShare = 0.1;
const checkedBytes = 4 * 2 ** 20;

/**
 * Pages have no paths: what they send is spooled outside the data folder, and what they take is written there first. Each file
 * belongs to one window, ends with it or after a day, and is never opened by a name that somebody sent.
 */
export class Transfers {
  readonly #folder: string;
  readonly #held = new Map<WindowSession, Map<string, Held>>();
  /** Bytes of all uploads since the room was looked at. */
  #unchecked = 0;

  constructor(place = tmpdir()) {
    this.#folder = makeSpoolFolder(place);
  }

  /**
   * A place for a file that an operation will write, or that a page is about to send. Errors: CONFLICT (too many),
   * UNAUTHENTICATED (the window is gone), STORAGE_FULL.
   */
  async reserve(window: WindowSession, name: string): Promise<Transfer> {
    const held = this.#of(window);
    if (held.size >= mostPerWindow) throw tooMany();
    const id = randomUUID();
    const transfer = { id, file: join(this.#folder, id, 'content'), name: plainName(name) };
    const timer = setTimeout(() => void this.discard(window, id), keptMs).unref();
    held.set(id, { ...transfer, timer });
    try {
      await this.#requireRoom();
      await mkdir(join(this.#folder, id), { mode: 0o700 });
    } catch (error) {
      await this.discard(window, id);
      throw isFull(error) ? full(error) : error;
    }
    return transfer;
  }

  /** Takes what a page sends. One that breaks off, or for which there is no room, leaves nothing. Errors: as `reserve`, and CANCELLED. */
  async receive(window: WindowSession, name: string, body: AsyncIterable<Uint8Array>): Promise<Transfer> {
    const transfer = await this.reserve(window, name);
    try {
      const file = await open(transfer.file, 'wx', 0o600);
      try {
        for await (const piece of whole(body)) {
          this.#unchecked += piece.length;
          if (this.#unchecked > checkedBytes) await this.#requireRoom();
          for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
          if (!this.#holds(window, transfer.id)) throw brokenOff();
        }
      } finally {
        await file.close();
      }
      return transfer;
    } catch (error) {
      await this.discard(window, transfer.id);
      throw isFull(error) ? full(error) : error;
    }
  }

  /** Opens one of this window's, once it is a whole file; whoever asked closes it. Errors: NOT_FOUND, IO. */
  async open(
    window: WindowSession,
    id: string,
  ): Promise<{ readonly name: string; readonly size: number; readonly file: FileHandle }> {
    const transfer = this.#held.get(window)?.get(id);
    if (transfer === undefined) throw notHere(id);
    const file = await open(transfer.file, 'r').catch((error: unknown) => {
      throw isMissing(error) ? notHere(id) : error;
    });
    return { name: transfer.name, size: (await file.stat()).size, file };
  }

  async discard(window: WindowSession, id: string): Promise<void> {
    const held = this.#held.get(window);
    const transfer = held?.get(id);
    if (transfer === undefined) return;
    clearTimeout(transfer.timer);
    held?.delete(id);
    await rm(join(this.#folder, id), { recursive: true, force: true });
  }

  /** Removes everything. */
  close(): void {
    for (const held of this.#held.values()) for (const { timer } of held.values()) clearTimeout(timer);
    this.#held.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #of(window: WindowSession): Map<string, Held> {
    const held = this.#held.get(window);
    if (held !== undefined) return held;
    if (window.ended) throw new HoldfastError('UNAUTHENTICATED', 'This window is gone. Open another one.');
    const made = new Map<string, Held>();
    this.#held.set(window, made);
    window.onEnd(() => {
      for (const id of [...made.keys()]) void this.discard(window, id);
      this.#held.delete(window);
    });
    return made;
  }

  #holds(window: WindowSession, id: string): boolean {
    return this.#held.get(window)?.has(id) === true;
  }

  async #requireRoom(): Promise<void> {
    this.#unchecked = 0;
    const { bavail, blocks, bsize } = await statfs(this.#folder);
    if (bavail * bsize < Math.min(spareBytes, blocks * bsize * spareShare)) throw full();
  }
}

/** The pieces of a body up to its end; one that breaks off before is not taken for a shorter one. */
async function* whole(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw brokenOff(cause);
  }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const isFull = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

const brokenOff = (cause?: unknown) =>
  new HoldfastError('CANCELLED', 'The file broke off before its end. Send it again.', {}, { cause });

const notHere = (id: string) =>
  new HoldfastError('NOT_FOUND', 'There is no such file here any more.', { kind: 'transfer', id });

const tooMany = () =>
  new HoldfastError('CONFLICT', 'Too many files are under way here. Finish or discard some first.', {
    reason: 'too-many-transfers',
  });

function full(cause?: unknown): HoldfastError {
  const message = 'There is too little space on the disk for temporary files. Free some and try again.';
  return new HoldfastError('STORAGE_FULL', message, { where: 'transfers' }, { cause });
}
