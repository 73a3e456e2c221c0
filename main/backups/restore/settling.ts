import { type FileHandle, open } from 'node:fs/promises';

/**
 * Files on their way to the disk while they are read and proved. Each stays open until all have settled: closing it would let
 * go of the locks that SQLite has on it in this process.
 */
export class Settling {
  readonly #handles: FileHandle[] = [];
  #settled: Promise<void> = Promise.resolve();

  /** Begins with a file that is written; `then` once it is durable, one file's after the other's. Errors: the system's, of opening. */
  async add(file: string, then: () => Promise<void>): Promise<void> {
    const handle = await open(file, 'r+');
    this.#handles.push(handle);
    const synced = handle.sync();
    this.#settled = Promise.all([this.#settled, synced]).then(then);
    this.#settled.catch(() => undefined); // thrown by `settle`
  }

  /** Durable, all of them, when it resolves; nobody reads them meanwhile. Call it in any case. Errors: the system's. */
  async settle(): Promise<void> {
    try {
      await this.#settled;
    } finally {
      await Promise.all(this.#handles.splice(0).map((handle) => handle.close()));
    }
  }
}

/** The disk has what `work` gave it to settle; where the work fails, its own error is the one to tell. Errors: the system's. */
export async function settled<Result>(work: (settling: Settling) => Promise<Result>): Promise<Result> {
  const settling = new Settling();
  let result: Result;
  try {
    result = await work(settling);
  } catch (error) {
    await settling.settle().catch(() => undefined);
    throw error;
  }
  await settling.settle();
  return result;
}
