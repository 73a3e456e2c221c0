import { HoldfastError } from '../../../shared/errors.ts';
import type { PackedBlob } from './blob.ts';
import { damaged } from './damage.ts';
import type { BlobTarget, SealerOptions, SealJob, SealReply } from './seal-protocol.ts';
import { SealThread } from './seal-thread.ts';
import { Sealer } from './sealer.ts';

/**
 * Bytes that the thread which asks works on itself before it starts others: to start one takes a tenth of a second, and
 * most runs have no more than this to do.
 */
const defaultOwnBytes = 8 * 2 ** 20;

export interface SealPoolSize {
  /** At most so many are started. */
  readonly threads: number;
  /** Bytes before the first one is; 8 MiB by default. */
  readonly ownBytes?: number | undefined;
}

/** Who does a job: this thread or another. */
interface Member {
  ask(job: SealJob, transfer?: readonly ArrayBuffer[]): Promise<SealReply>;
  tell(job: SealJob): void;
}

type OpenedBlob = Pick<PackedBlob, 'id' | 'plainLength'>;

/** A blob whose id is known and whose bytes wait: seal it or drop it, once. */
export interface HashedBlob {
  readonly id: string;
  seal(alwaysCompress: boolean): Promise<{ sealed: Uint8Array; plainLength: number | undefined }>;
  drop(): void;
}

/** Hashes, compresses and seals blobs, and opens them: the first few by itself, then in worker threads. */
export class SealPool {
  readonly size: number;
  readonly #options: SealerOptions;
  readonly #here: Member;
  #ownBytes: number;
  readonly #threads: SealThread[] = [];
  #nextJob = 0;
  #closed = false;

  constructor(options: SealerOptions, { threads, ownBytes = defaultOwnBytes }: SealPoolSize) {
    this.size = threads;
    this.#options = options;
    this.#ownBytes = ownBytes;
    this.#here = inThisThread(new Sealer(options));
  }

  /** Hashes bytes. They are taken over: the caller must not use them again. */
  async hash(plain: Uint8Array): Promise<HashedBlob> {
    const member = this.#memberFor(plain.length);
    const job = this.#nextJob++;
    const reply = await member.ask({ job, do: 'hash', plain }, [plain.buffer as ArrayBuffer]);
    if (reply.did !== 'hash') throw unexpected(reply);
    return {
      id: reply.id,
      seal: async (alwaysCompress) => {
        const sealed = await member.ask({ job, do: 'seal', alwaysCompress });
        if (sealed.did !== 'seal') throw unexpected(sealed);
        return sealed;
      },
      drop: () => member.tell({ job, do: 'drop' }),
    };
  }

  /** Unseals, decompresses and checks a blob; the bytes may be taken over. Throws INTEGRITY naming `label`. */
  async open(sealed: Uint8Array, blob: OpenedBlob, label: string): Promise<Uint8Array> {
    const reply = await this.#open(sealed, blob, label);
    if (reply.did !== 'open') throw unexpected(reply);
    return reply.plain;
  }

  /**
   * As `open`, but the bytes are written to a place in a file and do not come back. Throws INTEGRITY naming `label`, and
   * what the system said to the writing.
   */
  async openInto(sealed: Uint8Array, blob: OpenedBlob, label: string, into: BlobTarget): Promise<void> {
    const reply = await this.#open(sealed, blob, label, into);
    if (reply.did === 'refuse') throw Object.assign(new Error(reply.refusal.message), reply.refusal);
    if (reply.did !== 'write') throw unexpected(reply);
  }

  async #open(
    sealed: Uint8Array,
    { id, plainLength }: OpenedBlob,
    label: string,
    into?: BlobTarget,
  ): Promise<SealReply> {
    const own = sealed.byteLength === sealed.buffer.byteLength ? sealed : new Uint8Array(sealed);
    const request: SealJob = { job: this.#nextJob++, do: 'open', sealed: own, id, plainLength, into };
    const member = this.#memberFor(plainLength ?? own.length);
    const reply = await member.ask(request, [own.buffer as ArrayBuffer]);
    if (reply.did === 'fail') throw damaged(label, `blob ${id}: ${reply.what}`);
    return reply;
  }

  /** So many bytes are about to be opened or sealed: starts the threads that they are worth, all at once. */
  expect(bytes: number): void {
    if (this.#closed || bytes <= this.#ownBytes) return;
    while (this.#threads.length < this.size) this.#start();
  }

  /** Ends the threads that have nothing to do; others are started when there is something again. */
  async rest(): Promise<void> {
    const idle = this.#threads.filter(({ waiting }) => waiting === 0);
    for (const thread of idle) this.#threads.splice(this.#threads.indexOf(thread), 1);
    await Promise.all(idle.map((thread) => thread.end()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map((thread) => thread.end()));
    this.#threads.length = 0;
  }

  #memberFor(bytes: number): Member {
    if (this.#closed) {
      throw new HoldfastError('INTERRUPTED', 'The repository was closed while it was in use.');
    }
    if (this.#threads.length === 0 && bytes <= this.#ownBytes) {
      this.#ownBytes -= bytes;
      return this.#here;
    }
    const idle = this.#threads.find(({ waiting }) => waiting === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.size) return this.#start();
    return this.#threads.reduce((best, thread) => (thread.waiting < best.waiting ? thread : best));
  }

  #start(): SealThread {
    const thread = new SealThread(this.#options, () => {
      const at = this.#threads.indexOf(thread);
      if (at >= 0) this.#threads.splice(at, 1);
    });
    this.#threads.push(thread);
    return thread;
  }
}

function inThisThread(sealer: Sealer): Member {
  return {
    ask: async (job) => {
      const reply = sealer.answer(job);
      if (reply === undefined) throw new TypeError(`${job.do} has no answer`);
      return reply;
    },
    tell: (job) => void sealer.answer(job),
  };
}

function unexpected(reply: SealReply): HoldfastError {
  return new HoldfastError('INTERNAL', `A sealing thread answered out of turn: ${reply.did}.`);
}
