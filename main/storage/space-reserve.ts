import { randomFillSync } from 'node:crypto';
import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

const reservedBytes = 16 * 1024 * 1024;
/** Only taken back where this much more is free, so that it does not fill the disk itself. */
const comfortBytes = 2 * reservedBytes;
const piece = 1024 * 1024;

/**
 * 16 MiB of the disk kept for the cures of a full one: signing in, freeing space, export, a backup with its
 * events. Random bytes, so that no file system compresses them away.
 */
export class SpaceReserve {
  readonly #folder: string;
  readonly #file: string;
  #state: 'absent' | 'held' | 'spent' = 'absent';

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'reserve');
  }

  /** Whether the reserve was given up to a cure and has not been taken back. */
  get spent(): boolean {
    return this.#state === 'spent';
  }

  /** Takes the reserve, or takes it back, where there is room for it. Answers whether it is held now. */
  async hold(): Promise<boolean> {
    if (this.#state === 'held') return true;
    const found = await stat(this.#file).catch(() => undefined);
    if (found?.size !== reservedBytes && !(await this.#fill())) return false;
    this.#state = 'held';
    return true;
  }

  /** Gives the room up to a cure. Answers whether there was any to give. */
  async spend(): Promise<boolean> {
    if (this.#state !== 'held') return false;
    this.#state = 'spent';
    await rm(this.#file, { force: true });
    return true;
  }

  async #fill(): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < reservedBytes + comfortBytes) return false;
    const partial = `${this.#file}.partial`;
    try {
      const handle = await open(partial, 'w', 0o600);
      try {
        for (let written = 0; written < reservedBytes; written += piece) {
          await handle.write(randomFillSync(new Uint8Array(piece)));
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch {
      // a disk that filled meanwhile: without reserve, which `spent` tells
      await rm(partial, { force: true });
      return false;
    }
    await rename(partial, this.#file);
    return true;
  }
}
