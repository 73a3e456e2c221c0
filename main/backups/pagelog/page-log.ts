import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { ThreadClient } from '../../jobs/thread-client.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { type Chain, newChain, readChain, writeChain } from './chain-file.ts';
import { isLasting } from './doubt.ts';
import type { CapturedState, PageLogTask } from './page-log-worker.ts';

export interface PageLogOptions {
  /** `pitr` of the data folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told of a capture that failed and is tried again, and of a chain that could not go on. */
  readonly report: (error: unknown) => void;
}

/** What an incremental snapshot is made of. */
export interface Delta {
  /** The newest snapshot of the chain. */
  readonly previous: string;
  readonly state: CapturedState;
  /** Whether there were commits since then. */
  readonly pending: boolean;
  /** The log since the base is longer than a quarter of it, or the base is a week old: the next one should be full. */
  readonly baseDue: boolean;
}

interface Followed {
  readonly store: OpenStore;
  chain: Chain | undefined;
  timer: NodeJS.Timeout | undefined;
  /** A chain ended that should have gone on. */
  doubted: boolean;
  /** Tasks that failed since the last capture that did not. */
  failures: number;
  /** One task after the other. */
  tail: Promise<unknown>;
}

const captureAfterMs = 1000;
/** After that many in a row the chain is given up: nobody else may copy the write-ahead log, so it would grow without end. */
const mostFailures = 30;
const dayMs = 86_400_000;
const mostBaseAgeMs = 7 * dayMs;
const mostLogShare = 0.25;
/** A small database would have a new base after every few changes. */
const leastLogBytes = 4 * 2 ** 20;

/**
 * Follows the databases of tenants that have a backup: about a second after a commit it is in a segment in the data
 * folder, and the next backup takes the segments along. Whatever cannot be followed without doubt gets a new base.
 */
export class PageLog {
  readonly #options: PageLogOptions;
  readonly #thread: ThreadClient<PageLogTask, CapturedState | null>;
  readonly #followed = new Map<Uuid, Followed>();

  constructor(options: PageLogOptions) {
    this.#options = options;
    this.#thread = new ThreadClient(siblingModule(import.meta.url, 'page-log-worker'), 'backups');
  }

  /** Whether only this may checkpoint a tenant's database; known before it is opened. */
  follows(tenantId: Uuid): boolean {
    const known = this.#followed.get(tenantId);
    return known === undefined ? existsSync(this.#chainFile(tenantId)) : known.chain !== undefined;
  }

  /** A tenant's database was opened. What was captured of it goes on. */
  opened(tenantId: Uuid, store: OpenStore): void {
    const chain = readChain(this.#chainFile(tenantId));
    const followed: Followed = {
      store,
      chain,
      timer: undefined,
      doubted: chain === undefined && existsSync(this.#folder(tenantId)),
      failures: 0,
      tail: Promise.resolve(),
    };
    this.#followed.set(tenantId, followed);
    if (chain === undefined) return;
    void this.#enqueue(tenantId, followed, () => this.#follow('resume', tenantId, followed, chain.chain));
  }

  /** There was a commit. */
  grown(tenantId: Uuid): void {
    const followed = this.#followed.get(tenantId);
    if (followed?.chain === undefined || followed.timer !== undefined) return;
    followed.timer = setTimeout(() => {
      followed.timer = undefined;
      void this.#enqueue(tenantId, followed, async () => {
        await this.#thread.ask({ kind: 'capture', owner: tenantId });
        followed.failures = 0;
      });
    }, captureAfterMs).unref();
  }

  /** Takes over the rest; call it before the database closes, when nobody writes to it any more. */
  async closing(tenantId: Uuid): Promise<void> {
    const followed = this.#followed.get(tenantId);
    if (followed === undefined) return;
    clearTimeout(followed.timer);
    await this.#enqueue(tenantId, followed, async () => {
      await this.#thread.ask({ kind: 'finish', owner: tenantId });
    });
    clearTimeout(followed.timer);
    this.#followed.delete(tenantId);
  }

  /** Ends the thread. Close the databases first. */
  async close(): Promise<void> {
    await this.#thread.close();
  }

  /** Whether commits since the newest snapshot of an open tenant may be missing from the log. */
  isDoubted(tenantId: Uuid): boolean {
    return this.#required(tenantId).doubted;
  }

  /** Before a full snapshot of an open tenant: every commit from now on is captured, where that can be. */
  async begin(tenantId: Uuid): Promise<void> {
    const followed = this.#required(tenantId);
    await followed.tail;
    if (followed.chain !== undefined) return;
    const chain = newChain(this.#options.ids.uuid());
    try {
      await rm(this.#folder(tenantId), { recursive: true, force: true });
      await writeChain(this.#chainFile(tenantId), chain);
    } catch (error) {
      // a full disk stops no backup: without a page log it is a full one
      this.#options.report(error);
      return;
    }
    followed.chain = chain;
    followed.failures = 0;
    await this.#enqueue(tenantId, followed, () => this.#follow('begin', tenantId, followed, chain.chain));
  }

  /** The full snapshot was made: what is captured from its commit on builds on it. */
  async based(
    tenantId: Uuid,
    base: { readonly id: string; readonly commit: number; readonly bytes: number },
  ): Promise<void> {
    const followed = this.#required(tenantId);
    const time = this.#options.clock.now();
    await this.#enqueue(tenantId, followed, async () => {
      if (followed.chain === undefined) return;
      followed.doubted = false;
      const { id, commit } = base;
      followed.chain = { ...followed.chain, base: { ...base, time }, last: { id, commit, logBytes: 0 } };
      await writeChain(this.#chainFile(tenantId), followed.chain);
      await this.#thread.ask({ kind: 'trim', owner: tenantId, through: commit });
    });
  }

  /**
   * Captures up to now, and answers what an incremental snapshot is made of; undefined where there is no base to build
   * on.
   */
  async flush(tenantId: Uuid): Promise<Delta | undefined> {
    const followed = this.#required(tenantId);
    await followed.tail;
    const { chain } = followed;
    if (chain?.base == null || chain.last === null) return undefined;
    const { last } = chain;
    let delta: Delta | undefined;
    await this.#enqueue(tenantId, followed, async () => {
      followed.doubted = true; // until it is known that everything was taken
      const state = await this.#thread.ask({ kind: 'flush', owner: tenantId, after: last.commit });
      if (state === null) return;
      followed.doubted = false;
      followed.failures = 0;
      delta = {
        previous: last.id,
        state,
        pending: state.commit.seq > last.commit,
        baseDue: this.#isOld(chain),
      };
    });
    return delta;
  }

  /** The incremental snapshot was made, with `logBytes` of segments since the base: what it holds is removed here. */
  async flushed(
    tenantId: Uuid,
    made: { readonly id: string; readonly commit: number; readonly logBytes: number },
  ): Promise<void> {
    const followed = this.#required(tenantId);
    await this.#enqueue(tenantId, followed, async () => {
      if (followed.chain === undefined) return;
      followed.chain = { ...followed.chain, last: made };
      await writeChain(this.#chainFile(tenantId), followed.chain);
      await this.#thread.ask({ kind: 'trim', owner: tenantId, through: made.commit });
    });
  }

  /** The chain is of no use any more; the next backup begins another. */
  async drop(tenantId: Uuid): Promise<void> {
    const followed = this.#followed.get(tenantId);
    if (followed?.chain === undefined) return;
    await this.#enqueue(tenantId, followed, async () => {
      await this.#thread.ask({ kind: 'end', owner: tenantId });
      await this.#forget(tenantId, followed);
    });
  }

  /** Removes everything that was captured of a tenant that is being deleted. */
  async remove(tenantId: Uuid): Promise<void> {
    await this.drop(tenantId);
    await rm(this.#folder(tenantId), { recursive: true, force: true });
  }

  #isOld({ base, last }: Chain): boolean {
    if (base === null || last === null) return true;
    const tooLong = last.logBytes > Math.max(leastLogBytes, base.bytes * mostLogShare);
    const age = this.#options.clock.now() - base.time;
    return tooLong || age > mostBaseAgeMs || age < 0;
  }

  async #follow(kind: 'begin' | 'resume', tenantId: Uuid, followed: Followed, chain: string): Promise<void> {
    const { store } = followed;
    const shared = store.share();
    const folder = this.#chainFolder(tenantId, chain);
    try {
      await this.#thread.ask({ kind, owner: tenantId, shared, folder, chain }, [shared.port]);
    } catch (error) {
      this.#options.report(error);
      await this.#forget(tenantId, followed);
      followed.doubted = true;
    } finally {
      shared.port.close();
    }
  }

  /**
   * Runs `task` after those before it. A doubt or damage ends the chain; other failures are told, and what was missed
   * is taken next time.
   */
  async #enqueue(tenantId: Uuid, followed: Followed, task: () => Promise<void>): Promise<void> {
    const run = followed.tail.then(async () => {
      if (followed.chain === undefined) return;
      try {
        await task();
      } catch (error) {
        this.#options.report(error);
        followed.failures += 1;
        if (!isLasting(error) && followed.failures < mostFailures) return;
        await this.#thread.ask({ kind: 'end', owner: tenantId }).catch(this.#options.report);
        await this.#forget(tenantId, followed);
        followed.doubted = true;
      }
    });
    followed.tail = run;
    await run;
  }

  async #forget(tenantId: Uuid, followed: Followed): Promise<void> {
    followed.chain = undefined;
    await rm(this.#chainFile(tenantId), { force: true });
  }

  #required(tenantId: Uuid): Followed {
    const followed = this.#followed.get(tenantId);
    if (followed === undefined) throw new TypeError(`the database of ${tenantId} is not open`);
    return followed;
  }

  #folder(tenantId: Uuid): string {
    return join(this.#options.folder, tenantId);
  }

  #chainFolder(tenantId: Uuid, chain: string): string {
    return join(this.#folder(tenantId), chain);
  }

  #chainFile(tenantId: Uuid): string {
    return join(this.#folder(tenantId), 'chain.json');
  }
}
