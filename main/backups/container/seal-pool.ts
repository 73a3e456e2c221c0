import { Worker } from 'node:worker_threads';
import { HoldfastError } from '../../../shared/errors.ts';
import { endThread } from '../../jobs/end-thread.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { PackedBlob } from './blob.ts';
import { damaged } from './damage.ts';
import type { BlobTarget, SealJob, SealReply, SealRequest, SealWorkerData } from './seal-protocol.ts';

/** Room for new objects in a thread, whose work is outside of V8's heap. */
const youngMegabytes = 3;

interface Pending {
  resolve(reply: SealReply): void;
  reject(error: Error): void;
}

interface Member {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

type OpenedBlob = Pick<PackedBlob, 'id' | 'plainLength'>;

/** A blob whose id is known and whose bytes wait in a worker: seal it or drop it, once. */
export interface HashedBlob {
  readonly id: string;
  seal(alwaysCompress: boolean): Promise<{ sealed: Uint8Array; plainLength: number | undefined }>;
  drop(): void;
}

/** Worker threads that hash, compress and seal blobs, and open them. Started when first used. */
export class SealPool {
  readonly size: number;
  readonly #data: SealWorkerData;
  readonly #members: Member[] = [];
  #nextJob = 0;
  #closed = false;

  constructor(size: number, data: SealWorkerData) {
    this.size = size;
    this.#data = data;
  }

  /** Hashes bytes in a worker. The bytes are transferred: the caller must not use them again. */
  async hash(plain: Uint8Array): Promise<HashedBlob> {
    const member = this.#leastBusy();
    const job = this.#nextJob++;
    const reply = await this.#ask(member, { job, do: 'hash', plain }, [plain.buffer as ArrayBuffer]);
    if (reply.did !== 'hash') throw unexpected(reply);
    return {
      id: reply.id,
      seal: async (alwaysCompress) => {
        const sealed = await this.#ask(member, { job, do: 'seal', alwaysCompress });
        if (sealed.did !== 'seal') throw unexpected(sealed);
        return sealed;
      },
      drop: () => member.worker.postMessage({ job, do: 'drop' } satisfies SealRequest),
    };
  }

  /** Unseals, decompresses and checks a blob; the bytes may be transferred away. Throws INTEGRITY naming `label`. */
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
    const reply = await this.#ask(this.#leastBusy(), request, [own.buffer as ArrayBuffer]);
    if (reply.did === 'fail') throw damaged(label, `blob ${id}: ${reply.what}`);
    return reply;
  }

  /** Ends the threads that have nothing to do; others are started when there is something again. */
  async rest(): Promise<void> {
    const idle = this.#members.filter(({ pending }) => pending.size === 0);
    for (const member of idle) this.#members.splice(this.#members.indexOf(member), 1);
    await Promise.all(idle.map(end));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#members.map(end));
    this.#members.length = 0;
  }

  #leastBusy(): Member {
    if (this.#closed) {
      throw new HoldfastError('INTERRUPTED', 'The repository was closed while it was in use.');
    }
    const idle = this.#members.find(({ pending }) => pending.size === 0);
    if (idle !== undefined) return idle;
    if (this.#members.length < this.size) return this.#start();
    return this.#members.reduce((best, member) => (member.pending.size < best.pending.size ? member : best));
  }

  #start(): Member {
    const worker = new Worker(siblingModule(import.meta.url, 'seal-worker'), {
      workerData: this.#data,
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    const member: Member = { worker, pending: new Map() };
    const fail = (error: Error) => {
      const at = this.#members.indexOf(member);
      if (at >= 0) this.#members.splice(at, 1);
      for (const { reject } of member.pending.values()) reject(error);
      member.pending.clear();
    };
    worker.on('message', (reply: SealReply) => {
      const waiting = member.pending.get(reply.job);
      member.pending.delete(reply.job);
      if (member.pending.size === 0) worker.unref();
      waiting?.resolve(reply);
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new HoldfastError('INTERRUPTED', 'A thread that seals backup data ended.')));
    worker.unref();
    this.#members.push(member);
    return member;
  }

  #ask(member: Member, request: SealJob, transfer: readonly ArrayBuffer[] = []): Promise<SealReply> {
    return new Promise((resolve, reject) => {
      member.pending.set(request.job, { resolve, reject });
      member.worker.ref();
      member.worker.postMessage(request, transfer);
    });
  }
}

async function end({ worker }: Member): Promise<void> {
  await endThread(worker, () => worker.postMessage({ do: 'end' } satisfies SealRequest));
}

function unexpected(reply: SealReply): HoldfastError {
  return new HoldfastError('INTERNAL', `A sealing thread answered out of turn: ${reply.did}.`);
}
