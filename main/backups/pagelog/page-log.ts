import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { ThreadClient } from '../../jobs/thread-client.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { RepositoryId } from '../targets/target.ts';
import type { CommitBlock } from '../timeline/commit-blocks.ts';
import { type Chain, type Commits, newChain, readChain, writeChain } from './chain-file.ts';
import { isLasting } from './doubt.ts';
import type { CapturedState, PageLogTask } from './page-log-worker.ts';
import type { RecordedTask } from './recorded-worker.ts';

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
  /** Up to where that one reaches. */
  readonly after: Commits;
  readonly state: CapturedState;
  /** The log since the base is longer than a quarter of it, or the base is a week old: the next one should be full. */
  readonly baseDue: boolean;
}

/** One of an owner's databases, open. */
export interface OwnDatabase {
  /** As in the manifest of a snapshot: `data`, `control`, `audit`. */
  readonly name: string;
  readonly store: OpenStore;
}

/** Where a snapshot stands. */
interface Standing {
  readonly id: string;
  readonly commits: Commits;
}

interface Followed {
  readonly databases: readonly OwnDatabase[];
  chain: Chain | undefined;
  timer: NodeJS.Timeout | undefined;
  /** When it is over, in milliseconds of the monotonic clock. */
  timerAt: number;
  /** A chain ended that should have gone on. */
  doubted: boolean;
  /** The first commit since the last capture, epoch milliseconds. */
  uncapturedSince: number | undefined;
  /** Tasks that failed since the last capture that did not. */
  failures: number;
  /** One task after the other. */
  tail: Promise<unknown>;
}

/** `isNew`: false where an earlier process had told of it. */
type DoubtListener = (owner: RepositoryId, isNew: boolean) => void;

const captureAfterMs = 1000;
const longestWaitMs = 60_000;
/** After that many in a row the chain is given up: nobody else may copy the write-ahead log, so it would grow without end. */
const mostFailures = 30;
const dayMs = 86_400_000;
const mostBaseAgeMs = 7 * dayMs;
const mostLogShare = 0.25;
/** A small database would have a new base after every few changes. */
const leastLogBytes = 4 * 2 ** 20;

/**
 * Follows the databases of whoever has a backup, a tenant or the installation: about a second after a commit it is in a
 * segment in the data folder, and the next backup takes the segments along. Whatever cannot be followed without doubt
 * gets a new base.
 */
export class PageLog {
  readonly #options: PageLogOptions;
  readonly #thread: ThreadClient<PageLogTask, CapturedState | null>;
  /** Apart, so that a look at the commits waits for no capture. */
  readonly #recorded: ThreadClient<RecordedTask, CommitBlock[]>;
  readonly #followed = new Map<RepositoryId, Followed>();
  readonly #listeners: DoubtListener[] = [];

  constructor(options: PageLogOptions) {
    this.#options = options;
    this.#thread = new ThreadClient(siblingModule(import.meta.url, 'page-log-worker'), 'backups');
    this.#recorded = new ThreadClient(siblingModule(import.meta.url, 'recorded-worker'), 'backups');
  }

  /** Told when commits since the newest snapshot may be missing from the log, also of those that an earlier process left so. */
  onDoubt(listener: DoubtListener): void {
    this.#listeners.push(listener);
  }

  /** Whether only this may checkpoint an owner's databases; known before they are opened. */
  follows(owner: RepositoryId): boolean {
    const known = this.#followed.get(owner);
    return known === undefined ? existsSync(this.#chainFile(owner)) : known.chain !== undefined;
  }

  /** An owner's databases were opened. What was captured of them goes on. */
  opened(owner: RepositoryId, databases: readonly OwnDatabase[]): void {
    const known = readChain(this.#chainFile(owner));
    const same = known?.databases.join() === databases.map(({ name }) => name).join();
    const chain = same ? known : undefined;
    const followed: Followed = {
      databases,
      chain,
      timer: undefined,
      timerAt: 0,
      doubted: chain === undefined && existsSync(this.#folder(owner)),
      uncapturedSince: undefined,
      failures: 0,
      tail: Promise.resolve(),
    };
    this.#followed.set(owner, followed);
    if (followed.doubted) this.#tellDoubt(owner, existsSync(this.#chainFile(owner)));
    if (chain === undefined) return;
    void this.#enqueue(owner, followed, () => this.#follow('resume', owner, followed, chain.chain));
  }

  /** There was a commit. */
  grown(owner: RepositoryId): void {
    const followed = this.#followed.get(owner);
    if (followed?.chain === undefined) return;
    followed.uncapturedSince ??= this.#options.clock.now();
    this.#captureIn(captureAfterMs, owner, followed);
  }

  /** Until when (epoch milliseconds) every commit of an owner is captured; null where it is not followed, or in doubt. */
  capturedUpTo(owner: RepositoryId): number | null {
    const followed = this.#followed.get(owner);
    if (!this.follows(owner) || followed?.doubted === true) return null;
    return followed?.uncapturedSince ?? this.#options.clock.now();
  }

  /**
   * The commits of an owner's first database that wait here since its newest snapshot, up to now; undefined where no log goes on
   * from one. Errors: INTEGRITY (a segment), the system's.
   */
  async recordedSince(owner: RepositoryId): Promise<CommitBlock[] | undefined> {
    const followed = this.#followed.get(owner);
    if (followed?.uncapturedSince !== undefined) await this.#capture(owner, followed);
    if (followed?.doubted === true) return undefined;
    const chain = followed === undefined ? readChain(this.#chainFile(owner)) : followed.chain;
    const [database] = chain?.databases ?? [];
    if (chain?.base == null || chain.last === null || database === undefined) return undefined;
    const folder = join(this.#folder(owner), chain.chain, database);
    return await this.#recorded.ask({ folder, after: chain.last.commits[database] ?? 0 });
  }

  /**
   * The newest commit of an owner's first database that no longer waits here: a snapshot has what led to it, or nothing does
   * and none of the commits since the newest snapshot can be had. -1: not known.
   */
  savedThrough(owner: RepositoryId): number {
    const chain = readChain(this.#chainFile(owner)); // what a restart would go on from
    if (chain === undefined) {
      return this.#followed.get(owner)?.chain === undefined ? Number.MAX_SAFE_INTEGER : -1;
    }
    return chain.last?.commits[chain.databases[0] ?? ''] ?? -1;
  }

  /** Takes over the rest; call it before the databases close, when nobody writes to them any more. */
  async closing(owner: RepositoryId): Promise<void> {
    const followed = this.#followed.get(owner);
    if (followed === undefined) return;
    clearTimeout(followed.timer);
    await this.#enqueue(owner, followed, async () => {
      await this.#thread.ask({ kind: 'finish', owner });
    });
    clearTimeout(followed.timer);
    this.#followed.delete(owner);
  }

  /** Ends the threads. Close the databases first. */
  async close(): Promise<void> {
    await Promise.all([this.#thread.close(), this.#recorded.close()]);
  }

  /** Whether commits since the newest snapshot of an open owner may be missing from the log. */
  isDoubted(owner: RepositoryId): boolean {
    return this.#required(owner).doubted;
  }

  /** Before a full snapshot of an open owner: every commit from now on is captured, where that can be. */
  async begin(owner: RepositoryId): Promise<void> {
    const followed = this.#required(owner);
    await followed.tail;
    if (followed.chain !== undefined) return;
    const chain = newChain(
      this.#options.ids.uuid(),
      followed.databases.map(({ name }) => name),
    );
    try {
      await rm(this.#folder(owner), { recursive: true, force: true });
      await writeChain(this.#chainFile(owner), chain);
    } catch (error) {
      // a full disk stops no backup: without a page log it is a full one
      this.#options.report(error);
      return;
    }
    followed.chain = chain;
    followed.failures = 0;
    await this.#enqueue(owner, followed, () => this.#follow('begin', owner, followed, chain.chain));
  }

  /** The full snapshot was made: what is captured from its commit on builds on it. */
  async based(owner: RepositoryId, base: Standing & { readonly bytes: number }): Promise<void> {
    const followed = this.#required(owner);
    const time = this.#options.clock.now();
    await this.#enqueue(owner, followed, async () => {
      if (followed.chain === undefined) return;
      followed.doubted = false;
      const { id, commits } = base;
      followed.chain = { ...followed.chain, base: { ...base, time }, last: { id, commits, logBytes: 0 } };
      await writeChain(this.#chainFile(owner), followed.chain);
      await this.#thread.ask({ kind: 'trim', owner, through: commits });
    });
  }

  /**
   * Captures up to now, and answers what an incremental snapshot is made of; undefined where there is no base to build
   * on.
   */
  async flush(owner: RepositoryId): Promise<Delta | undefined> {
    const followed = this.#required(owner);
    await followed.tail;
    const { chain } = followed;
    if (chain?.base == null || chain.last === null) return undefined;
    const { last } = chain;
    let delta: Delta | undefined;
    await this.#enqueue(owner, followed, async () => {
      followed.doubted = true; // until it is known that everything was taken
      const state = await this.#thread.ask({ kind: 'flush', owner, after: last.commits });
      if (state === null) return;
      followed.doubted = false;
      followed.failures = 0;
      delta = {
        previous: last.id,
        after: last.commits,
        state,
        baseDue: this.#isOld(chain),
      };
    });
    // while the snapshot is made of what was taken
    void this.#enqueue(owner, followed, async () => {
      await this.#thread.ask({ kind: 'checkpoint', owner });
    });
    return delta;
  }

  /** The incremental snapshot was made, with `logBytes` of segments since the base: what it holds is removed here. */
  async flushed(owner: RepositoryId, made: Standing & { readonly logBytes: number }): Promise<void> {
    const followed = this.#required(owner);
    await this.#enqueue(owner, followed, async () => {
      if (followed.chain === undefined) return;
      followed.chain = { ...followed.chain, last: made };
      await writeChain(this.#chainFile(owner), followed.chain);
      await this.#thread.ask({ kind: 'trim', owner, through: made.commits });
    });
  }

  /**
   * Makes a new base due where one of these damaged snapshots is what the next incremental one would build on. Errors: the
   * system's, where an owner is not open.
   */
  async rebase(owner: RepositoryId, damaged: ReadonlySet<string>): Promise<void> {
    const rebased = (chain: Chain | undefined): Chain | undefined =>
      chain?.base != null && (damaged.has(chain.base.id) || damaged.has(chain.last?.id ?? ''))
        ? { ...chain, base: { ...chain.base, time: 0 } }
        : undefined;
    const followed = this.#followed.get(owner);
    if (followed === undefined) {
      const chain = rebased(readChain(this.#chainFile(owner)));
      if (chain !== undefined) await writeChain(this.#chainFile(owner), chain);
      return;
    }
    await this.#enqueue(owner, followed, async () => {
      const chain = rebased(followed.chain);
      if (chain === undefined) return;
      followed.chain = chain;
      await writeChain(this.#chainFile(owner), chain);
    });
  }

  /** Removes everything that was captured of a tenant that is being deleted. */
  async remove(owner: RepositoryId): Promise<void> {
    const followed = this.#followed.get(owner);
    if (followed !== undefined) {
      await this.#enqueue(owner, followed, async () => {
        await this.#thread.ask({ kind: 'end', owner });
        await this.#forget(owner, followed);
      });
    }
    await rm(this.#folder(owner), { recursive: true, force: true });
  }

  async #capture(owner: RepositoryId, followed: Followed): Promise<void> {
    clearTimeout(followed.timer);
    followed.timer = undefined;
    await this.#enqueue(owner, followed, async () => {
      await this.#thread.ask({ kind: 'capture', owner });
      followed.failures = 0;
      if (followed.timer === undefined) followed.uncapturedSince = undefined;
    });
    // what failed is tried again without a further commit
    const isOpen = this.#followed.get(owner) === followed;
    if (!isOpen || followed.uncapturedSince === undefined) return;
    this.#captureIn(Math.min(longestWaitMs, captureAfterMs * 2 ** followed.failures), owner, followed);
  }

  /** Sooner, where it was to be later. */
  #captureIn(waitMs: number, owner: RepositoryId, followed: Followed): void {
    const at = this.#options.clock.monotonicMicros() / 1000 + waitMs;
    if (followed.chain === undefined || (followed.timer !== undefined && followed.timerAt <= at)) return;
    clearTimeout(followed.timer);
    followed.timerAt = at;
    followed.timer = setTimeout(() => {
      void this.#capture(owner, followed);
    }, waitMs).unref();
  }

  #isOld({ base, last }: Chain): boolean {
    if (base === null || last === null) return true;
    const tooLong = last.logBytes > Math.max(leastLogBytes, base.bytes * mostLogShare);
    const age = this.#options.clock.now() - base.time;
    return tooLong || age > mostBaseAgeMs || age < 0;
  }

  async #follow(
    kind: 'begin' | 'resume',
    owner: RepositoryId,
    followed: Followed,
    chain: string,
  ): Promise<void> {
    const databases = followed.databases.map(({ name, store }) => ({
      name,
      shared: store.share(),
      folder: join(this.#folder(owner), chain, name),
    }));
    const ports = databases.map(({ shared }) => shared.port);
    try {
      await this.#thread.ask({ kind, owner, chain, databases }, ports);
    } catch (error) {
      this.#options.report(error);
      await this.#giveUp(owner, followed);
    } finally {
      for (const port of ports) port.close();
    }
  }

  /**
   * Runs `task` after those before it. A doubt or damage ends the chain; other failures are told, and what was missed
   * is taken next time.
   */
  async #enqueue(owner: RepositoryId, followed: Followed, task: () => Promise<void>): Promise<void> {
    const run = followed.tail.then(async () => {
      if (followed.chain === undefined) return;
      try {
        await task();
      } catch (error) {
        this.#options.report(error);
        followed.failures += 1;
        if (!isLasting(error) && followed.failures < mostFailures) return;
        await this.#thread.ask({ kind: 'end', owner }).catch(this.#options.report);
        await this.#giveUp(owner, followed);
      }
    });
    followed.tail = run;
    await run;
  }

  async #giveUp(owner: RepositoryId, followed: Followed): Promise<void> {
    await this.#forget(owner, followed);
    followed.doubted = true;
    this.#tellDoubt(owner, true);
  }

  #tellDoubt(owner: RepositoryId, isNew: boolean): void {
    for (const listener of this.#listeners) listener(owner, isNew);
  }

  async #forget(owner: RepositoryId, followed: Followed): Promise<void> {
    followed.chain = undefined;
    await rm(this.#chainFile(owner), { force: true });
  }

  #required(owner: RepositoryId): Followed {
    const followed = this.#followed.get(owner);
    if (followed === undefined) throw new TypeError(`the databases of ${owner} are not open`);
    return followed;
  }

  #folder(owner: RepositoryId): string {
    return join(this.#options.folder, owner);
  }

  #chainFile(owner: RepositoryId): string {
    return join(this.#folder(owner), 'chain.json');
  }
}
