import { createHmac, hash } from 'node:crypto';
import { z } from 'zod';
import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type { LastVerification } from '../../../shared/contract/audit/integrity.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import { sameMac } from '../../secrets/same-mac.ts';
import type { Store, Transaction } from '../../storage/store.ts';

/** Where what was found is kept; a text of ours, under a key from the keyring. */
export interface VerdictKeeper {
  stored(): string | null;
  store(transaction: Transaction, text: string): void;
  readonly key: Uint8Array;
}

export interface StandingVerdictParts {
  readonly control: Store;
  readonly keeper: VerdictKeeper;
  /** Of the installation's present log. */
  readonly origin: string;
  readonly clock: Clock;
}

type Problem = AuditVerification['problems'][number];

const standing = z.strictObject({
  origin: z.string(),
  /** Epoch milliseconds. */
  last: z
    .strictObject({
      at: z.int(),
      verdict: z.enum(['verified', 'tampered', 'incomplete']),
      entries: z.int(),
      problems: z.int(),
      firstProblem: z.string().nullable(),
    })
    .nullable(),
  /** What changes wait for. */
  doubt: z.string().nullable(),
  /** Prints of what the last verification found. */
  found: z.array(z.string()),
  /** Of what somebody knows of. */
  acknowledged: z.array(z.string()),
  /** The log has an entry of a mismatch with the anchor that nobody has acknowledged yet. */
  anchorTold: z.boolean(),
});
type Standing = z.infer<typeof standing>;

const changed = 'the record of its last verification was changed';

/**
 * What the last verification of the log found, over restarts. What was found stops changes until an owner acknowledges it;
 * what somebody knows of does so no more.
 */
export class StandingVerdict {
  readonly #parts: StandingVerdictParts;
  #standing: Standing;

  constructor(parts: StandingVerdictParts) {
    this.#parts = parts;
    this.#standing = this.#read();
  }

  /** What was found that nobody has acknowledged; undefined: nothing. */
  get doubt(): string | undefined {
    return this.#standing.doubt ?? undefined;
  }

  /** Undefined until the first one of this epoch. */
  get last(): LastVerification | undefined {
    const { last, found, doubt } = this.#standing;
    if (last === null) return undefined;
    const { at, ...rest } = last;
    return { time: toRfc3339(at), ...rest, acknowledged: found.length > 0 && doubt === null };
  }

  get anchorTold(): boolean {
    return this.#standing.anchorTold;
  }

  /** Keeps what a verification found, `whole` when it was of all logs; answers what is new of it. */
  async keep(
    { verdict, logs, problems: all }: AuditVerification,
    { whole, mended }: { readonly whole: boolean; readonly mended: readonly Problem[] },
  ): Promise<readonly Problem[]> {
    // what was made again needs nobody's word
    const problems = all.filter((problem) => !mended.includes(problem));
    const prints = problems.map(printOf);
    const { acknowledged, doubt, last } = this.#standing;
    const fresh = problems.filter((_, at) => !acknowledged.includes(prints[at] ?? ''));
    const entries = logs.reduce((sum, { size }) => sum + size, 0);
    const [first] = problems;
    const now = { at: this.#parts.clock.now(), verdict, entries, problems: problems.length };
    await this.#write({
      ...this.#standing,
      last: whole || fresh.length > 0 ? { ...now, firstProblem: first ? textOf(first) : null } : last,
      doubt: doubt ?? (fresh[0] === undefined ? null : textOf(fresh[0])),
      found: whole || fresh.length > 0 ? [...new Set(prints)] : this.#standing.found,
      acknowledged: whole ? acknowledged.filter((print) => prints.includes(print)) : acknowledged,
    });
    return doubt === null ? fresh : [];
  }

  async noteAnchorTold(): Promise<void> {
    await this.#write({ ...this.#standing, anchorTold: true });
  }

  /** Somebody knows of all that was found. */
  async acknowledge(): Promise<void> {
    const { found, acknowledged } = this.#standing;
    await this.#write({
      ...this.#standing,
      doubt: null,
      acknowledged: [...new Set([...acknowledged, ...found])],
      anchorTold: false,
    });
  }

  #read(): Standing {
    const { keeper, origin } = this.#parts;
    const empty = { origin, last: null, doubt: null, found: [], acknowledged: [], anchorTold: false };
    const text = keeper.stored();
    if (text === null) return empty;
    const [proof = '', content = ''] = [text.slice(0, 44), text.slice(45)];
    if (!sameProof(proof, this.#proofOf(content))) return { ...empty, doubt: changed };
    const found = standing.parse(JSON.parse(content));
    return found.origin === origin ? found : empty;
  }

  async #write(next: Standing): Promise<void> {
    const { control, keeper } = this.#parts;
    const content = JSON.stringify(next);
    await control.write((transaction) => {
      keeper.store(transaction, `${this.#proofOf(content)} ${content}`);
    });
    this.#standing = next;
  }

  #proofOf(content: string): string {
    return createHmac('sha256', this.#parts.keeper.key).update(content).digest('base64');
  }
}

/** As people read it. */
export function textOf({ index, reason }: Problem): string {
  return index === null ? reason : `entry ${index}: ${reason}`;
}

/** The same for the same damage, though the log grows: of heads that do not fit any more than one is no news. */
function printOf({ logId, index, reason }: Problem): string {
  const ofHeads = /vouches for|stored head|signed checkpoint|checkpoint is signed/.test(reason);
  const text = ofHeads ? `${logId} heads` : `${logId} ${index} ${reason}`;
  return hash('sha256', text, 'base64').slice(0, 22);
}

const sameProof = (one: string, other: string) => sameMac(Buffer.from(one), Buffer.from(other));
