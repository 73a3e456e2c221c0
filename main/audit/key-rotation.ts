import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { SigningKeyState } from '../../shared/contract/audit.ts';
import type { Operation } from '../operations/operation.ts';
import type { Appender } from './appender.ts';
import type { EventMaker } from './event-maker.ts';
import type { LogHead } from './log-store.ts';
import type { SigningKeys } from './signing-keys.ts';

/** A key signs for ninety days at most. */
const rotationMs = 90 * 86_400_000;

interface KeyRotationParts {
  readonly keys: SigningKeys;
  readonly maker: EventMaker;
  readonly clock: Clock;
}

/** What a rotation works on. */
interface WrittenLog {
  readonly appender: Appender;
  /** Of the installation's log. */
  readonly head: LogHead | undefined;
}

/** The handing over from one signing key to the next. */
export class KeyRotation {
  readonly #parts: KeyRotationParts;

  constructor(parts: KeyRotationParts) {
    this.#parts = parts;
  }

  /** The key that signs, and since when; and those that signed before, in C2SP's form. */
  get state(): SigningKeyState {
    const { keys } = this.#parts;
    const { generation, createdAt } = keys.present;
    return {
      name: keys.name,
      key: keys.verifierKey(),
      generation,
      createdAt: toRfc3339(createdAt),
      dueAt: toRfc3339(createdAt + rotationMs),
      former: keys.formerVerifierKeys(),
    };
  }

  /** Whether the key is as old as one may become. */
  get isDue(): boolean {
    return this.#parts.clock.now() - this.#parts.keys.present.createdAt >= rotationMs;
  }

  /**
   * A new key signs from now on: the log says so in an entry whose checkpoint both keys sign, then the former private key
   * is destroyed. Cut off anywhere, `finish` ends it at the next start. Errors: AUDIT_UNAVAILABLE, IO, STORAGE_FULL.
   */
  async rotate(log: WrittenLog, operation: Operation): Promise<SigningKeyState> {
    const { keys, clock } = this.#parts;
    await keys.prepare(clock.now());
    await this.finish(log);
    operation.describe({
      resource: { kind: 'signing-key', id: keys.name },
      facts: { generation: keys.present.generation },
    });
    return this.state;
  }

  /** Ends a rotation that has begun; does nothing where none has. */
  async finish({ appender, head }: WrittenLog): Promise<void> {
    const { keys, maker } = this.#parts;
    const { next } = keys;
    if (next === undefined) return;
    if (!keys.hasTakenOver(head?.note)) {
      const leaf = maker.rotationLeaf(keys.verifierKey(), keys.verifierKey(next));
      await appender.rotate(leaf, { generation: next.generation, signer: keys.signer(next) });
    }
    await keys.takeOver();
    appender.signWith(keys.signer());
  }
}
