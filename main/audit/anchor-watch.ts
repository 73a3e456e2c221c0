import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Operation } from '../operations/operation.ts';
import type { Reading } from '../storage/store.ts';
import { type Anchor, type AnchorKeeper, Anchors } from './anchors.ts';
import { encodeBase64 } from './base64.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type LogHead, storedTiles } from './log-store.ts';
import { rangeRoot, sameHash } from './merkle.ts';
import { nodesFromTiles } from './tiles.ts';

/**
 * Compares the installation's log with its anchor, once, and keeps the anchor up with it from then on. An anchor
 * that has not been compared, or vouches for more than there is, is never written over.
 */
export class AnchorWatch {
  readonly #anchors: Anchors;
  readonly #origin: string;
  readonly #hasKeeper: boolean;
  #compared = false;
  #mismatch: string | undefined;
  /** What a backup vouches for, where that is what does not fit. */
  #vouched: Checkpoint | undefined;

  constructor(keeper: AnchorKeeper | null, origin: string, clock: Clock) {
    this.#anchors = new Anchors(keeper, origin, clock);
    this.#origin = origin;
    this.#hasKeeper = keeper !== null;
  }

  /** Whether the log has been compared with its anchor. */
  get compared(): boolean {
    return this.#compared;
  }

  /** What does not fit; undefined while nothing is known to. */
  get mismatch(): string | undefined {
    return this.#mismatch;
  }

  /** Why the newest head could not be put in safety. */
  get problem(): string | undefined {
    return this.#anchors.problem;
  }

  /** As it was found or last written, whether the log fits it or not. */
  get kept(): Anchor | undefined {
    return this.#anchors.kept;
  }

  /** What it vouches for: nothing before the log was compared with it, or while that does not fit. */
  get vouching(): Anchor | undefined {
    return this.#mayWrite ? this.#anchors.kept : undefined;
  }

  /** Throws KEYCHAIN_UNAVAILABLE: then nothing is known, and the anchor stays as it is. */
  async compare(log: Reading, head: LogHead | undefined): Promise<void> {
    if (this.#compared) return;
    this.#mismatch = (await this.#mismatchWith(log, head)) ?? this.#mismatch;
    this.#compared = true;
    if (head !== undefined) this.note(head);
  }

  /** A backup vouches for another log, or for more of it. */
  contradict(mismatch: string, vouched: Checkpoint): void {
    if (this.#mismatch !== undefined) return;
    this.#mismatch = mismatch;
    this.#vouched = vouched;
  }

  /** Errors: INTEGRITY while the log does not fit and nobody has acknowledged that. */
  requireFitting(): void {
    const mismatch = this.#mismatch;
    if (mismatch === undefined) return;
    throw new HoldfastError(
      'INTEGRITY',
      `The audit log does not fit its anchor (${mismatch}), so changes wait. See what \`holdfast audit verify\` finds; an owner takes it from there with \`holdfast audit acknowledge\`.`,
      { problems: [mismatch], reason: 'log-contradicted' },
    );
  }

  /** Somebody takes the log as it is, whatever `doubt` says of it: from now on the anchor follows it. */
  async acknowledge(
    head: LogHead,
    operation: Operation,
    doubt: string,
  ): Promise<{ anchored: number; found: number }> {
    const former = this.#vouched ?? this.#anchors.kept;
    const facts = {
      mismatch: doubt.slice(0, 500).toWellFormed(),
      anchored: former?.size ?? 0,
      anchoredRoot: former === undefined ? '' : encodeBase64(former.root),
      found: head.size,
      foundRoot: encodeBase64(head.root),
    };
    operation.describe({ resource: { kind: 'log', id: this.#origin }, facts });
    this.#mismatch = undefined;
    this.#vouched = undefined;
    this.note(head);
    await this.#anchors.flush();
    return { anchored: facts.anchored, found: facts.found };
  }

  note(head: LogHead): void {
    if (this.#mayWrite) this.#anchors.note(head);
  }

  async flush(): Promise<void> {
    if (this.#mayWrite) await this.#anchors.flush();
  }

  /** Why no anchor vouches for anything; `why` says why it could not be compared. */
  whyNone(why: string): string {
    if (!this.#compared) return `The anchor in the keychain could not be read. ${why}`;
    if (this.#hasKeeper) return 'No anchor has been written yet.';
    return 'No local anchor: this installation has no keychain.';
  }

  get #mayWrite(): boolean {
    return this.#compared && this.#mismatch === undefined;
  }

  async #mismatchWith(log: Reading, head: LogHead | undefined): Promise<string | undefined> {
    const anchor = await this.#load();
    if (typeof anchor === 'string' || anchor === undefined) return anchor;
    if (anchor.origin !== this.#origin) return 'the anchor names another log';
    if (head === undefined || head.size < anchor.size) {
      return `the log has ${head?.size ?? 0} entries, the anchor vouches for ${anchor.size}`;
    }
    if (anchor.size === 0) return undefined;
    const same = orProblem(() => {
      const nodes = nodesFromTiles(head.size, storedTiles(log, head.log));
      return sameHash(rangeRoot(0, anchor.size, nodes), anchor.root);
    });
    if (typeof same === 'string') return `it cannot be compared with its anchor: ${same}`;
    return same ? undefined : `the first ${anchor.size} entries are not those that the anchor vouches for`;
  }

  async #load(): Promise<Anchor | string | undefined> {
    return await this.#anchors.load().catch(problemOf);
  }
}

function orProblem<Result>(read: () => Result): Result | string {
  try {
    return read();
  } catch (error) {
    return problemOf(error);
  }
}

/** What an INTEGRITY error found; anything else is thrown. */
function problemOf(error: unknown): string {
  if (!(error instanceof HoldfastError) || error.code !== 'INTEGRITY') throw error;
  const [problem] = Array.isArray(error.data?.problems) ? error.data.problems : [];
  return typeof problem === 'string' ? problem : error.message;
}
