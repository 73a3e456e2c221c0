import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WindowSession } from './window-session.ts';

/** A file on its way between a window and an operation of the contract that names it by its path. */
export interface Transfer {
  readonly id: string;
  /** In a folder that only this process's user can enter. */
  readonly file: string;
  /** What the person calls it. */
  readonly name: string;
}

const mostPerWindow = 32;
const keptMs = 24 * 3_600_000;
/** So much of the disk stays free, whatever is sent. */
const spareBytes = 1_000_000_000;
const longestName = 255;

/**
 * Pages have no paths: what they send is spooled outside the data folder, and what they take is written there first. Each file
 * belongs to one window, ends with it or after a day, and is never opened by a name that somebody sent.
 */
export class Transfers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-transfers-'));
  readonly #held = new Map<WindowSession, Map<string, Transfer & { readonly timer: NodeJS.Timeout }>>();

  /** A place for a file that an operation will write, or that a page is about to send. Errors: CONFLICT (too many). */
  reserve(window: WindowSession, name: string): Transfer {
    const held = this.#of(window);
    if (held.size >= mostPerWindow) {
      throw new HoldfastError(
        'CONFLICT',
        'Too many files are under way here. Finish or discard some first.',
        {
          reason: 'too-many-transfers',
        },
      );
    }
    const id = randomUUID();
    const transfer = { id, file: join(this.#folder, id), name: plainName(name) };
    const timer = setTimeout(() => void this.discard(window, id), keptMs).unref();
    held.set(id, { ...transfer, timer });
    return transfer;
  }

  /** Takes what a page sends. One that breaks off, or for which there is no room, leaves nothing. Errors: STORAGE_FULL, CONFLICT. */
  async receive(window: WindowSession, name: string, body: AsyncIterable<Uint8Array>): Promise<Transfer> {
    const transfer = this.reserve(window, name);
    try {
      const file = await open(transfer.file, 'wx', 0o600);
      try {
        await this.#requireRoom();
        let unchecked = 0;
        for await (const piece of body) {
          unchecked += piece.length;
          if (unchecked > spareBytes / 8) {
            unchecked = 0;
            await this.#requireRoom();
          }
          for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
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

  /** One of this window's, once it is a whole file. Errors: NOT_FOUND. */
  find(window: WindowSession, id: string): Transfer & { readonly size: number } {
    const transfer = this.#of(window).get(id);
    const size = transfer && statSync(transfer.file, { throwIfNoEntry: false })?.size;
    if (transfer === undefined || size === undefined) {
      throw new HoldfastError('NOT_FOUND', 'There is no such file here any more.', { kind: 'transfer', id });
    }
    return { ...transfer, size };
  }

  async discard(window: WindowSession, id: string): Promise<void> {
    const held = this.#of(window);
    const transfer = held.get(id);
    if (transfer === undefined) return;
    clearTimeout(transfer.timer);
    held.delete(id);
    await rm(transfer.file, { force: true });
  }

  /** Removes everything. */
  close(): void {
    for (const held of this.#held.values()) for (const { timer } of held.values()) clearTimeout(timer);
    this.#held.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #of(window: WindowSession) {
    const held = this.#held.get(window);
    if (held !== undefined) return held;
    const made = new Map<string, Transfer & { readonly timer: NodeJS.Timeout }>();
    this.#held.set(window, made);
    window.onEnd(() => {
      for (const id of [...made.keys()]) void this.discard(window, id);
      this.#held.delete(window);
    });
    return made;
  }

  async #requireRoom(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < spareBytes) throw full();
  }
}

function plainName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const plain = last.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, longestName);
  return plain === '' || plain === '.' || plain === '..' ? 'file' : plain;
}

const isFull = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

function full(cause?: unknown): HoldfastError {
  const message = 'There is too little space on the disk for temporary files. Free some and try again.';
  return new HoldfastError('STORAGE_FULL', message, { where: 'transfers' }, { cause });
}
