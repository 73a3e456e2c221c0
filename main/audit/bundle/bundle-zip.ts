import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { FileToBe } from '../../outside/new-file.ts';

export interface ListedFile {
  readonly name: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The same bytes for the same content: one time, one mode, one level. Local time is what a zip has. */
const options = {
  mtime: new Date(1980, 0, 1),
  mode: 0o100644,
  forceDosTimestamp: true,
  compress: true,
  compressionLevel: 6,
};

/** A zip file that is written as it comes, one file after the other. */
export class BundleZip {
  readonly files: ListedFile[] = [];
  #bytes = 0;
  readonly #zip = new ZipFile();
  readonly #broken = Promise.withResolvers<never>();
  readonly #written: Promise<void>;

  constructor(file: FileToBe) {
    this.#zip.once('error', this.#broken.reject);
    this.#written = this.#write(file);
    this.#written.catch(this.#broken.reject);
    this.#broken.promise.catch(() => {}); // told by the `add` that runs or comes next, or by `end`
  }

  /** Written so far; all of them once it has ended. */
  get bytes(): number {
    return this.#bytes;
  }

  async #write(file: FileToBe): Promise<void> {
    for await (const chunk of this.#zip.outputStream) {
      this.#bytes += chunk.length;
      file.append(Buffer.from(chunk));
    }
  }

  /** Adds a file and answers what it was. Errors: those of `chunks`, STORAGE_FULL, IO. */
  async add(name: string, chunks: Chunks): Promise<ListedFile> {
    const hash = createHash('sha256');
    let size = 0;
    async function* counted() {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    }
    const stream = Readable.from(counted(), { objectMode: false });
    await Promise.race([
      new Promise<void>((resolve, reject) => {
        stream.once('end', resolve);
        stream.once('error', reject);
        this.#zip.addReadStream(stream, name, options);
      }),
      this.#broken.promise,
    ]);
    const listed = { name, size, sha256: hash.digest('hex') };
    this.files.push(listed);
    return listed;
  }

  /** Writes the list of files and waits for the last byte. Errors: STORAGE_FULL, IO. */
  async end(): Promise<void> {
    this.#zip.end();
    await this.#written;
  }
}
