import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { LastVerification } from '../../shared/contract/audit/integrity.ts';
import type { LogIntegrity } from '../../shared/contract/audit/integrity-facts.ts';
import type { AuditVerification, Horizon } from '../../shared/contract/audit.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Operation } from '../operations/operation.ts';
import type { Reading, Store } from '../storage/store.ts';
import { AnchorWatch } from './anchor-watch.ts';
import type { AnchorKeeper } from './anchors.ts';
import { BackupNotes, type NoteKeeper } from './backup-notes.ts';
import type { EventMaker } from './event-maker.ts';
import type { LiveLog } from './live-log.ts';
import { proofHorizon } from './proof-horizon.ts';
import type { SigningKeys } from './signing-keys.ts';
import { Timestamps, type TimestampsParts } from './timestamp/timestamps.ts';
import { StandingVerdict, textOf, type VerdictKeeper } from './verify/standing-verdict.ts';
import type { CosignerParts } from './witness/cosigner.ts';
import { Witnesses } from './witness/witnesses.ts';

export interface LogTrustParts
  extends Pick<CosignerParts, 'witnessKey'>,
    Pick<TimestampsParts, 'installationKey' | 'random'> {
  readonly live: LiveLog;
  readonly maker: EventMaker;
  readonly keys: SigningKeys;
  readonly control: Store;
  readonly installationId: Uuid;
  readonly epoch: number;
  readonly clock: Clock;
  /** The keychain; null where there is none, and so no local anchor. */
  readonly anchors: AnchorKeeper | null;
  readonly backupNotes: NoteKeeper;
  /** Where it is kept what the last verification found. */
  readonly verdicts: VerdictKeeper;
}

/** A head that is vouched for; `time` in epoch milliseconds. */
type Vouching = { readonly size: number; readonly time: number };
type Problem = AuditVerification['problems'][number];

/** What vouches for the log, and what speaks against it until an owner takes it from there. */
export class LogTrust {
  readonly anchors: AnchorWatch;
  readonly backupNotes: BackupNotes;
  readonly witnesses: Witnesses;
  readonly timestamps: Timestamps;
  readonly #live: LiveLog;
  readonly #maker: EventMaker;
  readonly #verdict: StandingVerdict;
  #acknowledged = 0;

  constructor(parts: LogTrustParts) {
    const { live, maker, keys, epoch, clock } = parts;
    const { origin } = live;
    this.#live = live;
    this.#maker = maker;
    this.anchors = new AnchorWatch(parts.anchors, origin, clock);
    live.onGrown((head) => this.anchors.note(head));
    this.#verdict = new StandingVerdict({ ...parts, keeper: parts.verdicts, origin });
    this.backupNotes = new BackupNotes({
      epoch,
      origin,
      keeper: parts.backupNotes,
      keys: () => keys.verifiers(),
      log: () => live.present && { reading: live.present.store, head: live.head() },
      acknowledgedAt: async () => (await live.recordsOf('audit.acknowledge', null)).at(-1)?.t ?? 0,
      isContradicted: () => this.anchors.mismatch !== undefined,
      contradicted: (mismatch, vouched) => this.anchors.contradict(mismatch, vouched),
    });
    const signed = {
      ...parts,
      origin,
      ownKeys: () => keys.verifiers(),
      opened: () => live.opened(),
      head: () => live.head(),
    };
    this.witnesses = new Witnesses(signed);
    this.timestamps = new Timestamps({ ...signed, fits: () => this.doubt === undefined });
  }

  /** Compares the open log with what is kept of it elsewhere. Errors: KEYCHAIN_UNAVAILABLE: then nothing is known yet. */
  async start(store: Reading): Promise<void> {
    await this.backupNotes.start();
    await this.compareAnchor(store);
    await this.#tellMismatch();
    await this.timestamps.start();
  }

  /** Errors: those of `AnchorWatch.compare`. */
  async compareAnchor(store: Reading): Promise<void> {
    await this.anchors.compare(store, this.#live.head());
  }

  /** Why the log cannot be relied on, while no owner has acknowledged it: its anchor, or the last verification. */
  get doubt(): string | undefined {
    return this.anchors.mismatch ?? this.#verdict.doubt;
  }

  /** Errors: INTEGRITY while the log is in doubt and no owner has acknowledged that. */
  requireUncontradicted(): void {
    this.anchors.requireFitting();
    const { doubt } = this.#verdict;
    if (doubt === undefined) return;
    throw new HoldfastError(
      'INTEGRITY',
      `The audit log does not verify (${doubt}), so changes wait. See what \`holdfast audit verify\` finds; an owner takes it from there with \`holdfast audit acknowledge\`.`,
      { problems: [doubt], reason: 'log-contradicted' },
    );
  }

  /** An owner takes a log that is in doubt from here on. Errors: CONFLICT (it is not). */
  async acknowledge(operation: Operation): Promise<{ anchored: number; found: number }> {
    const { doubt } = this;
    const head = this.#live.head();
    if (doubt === undefined || head === undefined) {
      throw new HoldfastError('CONFLICT', 'The audit log is in no doubt: there is nothing to acknowledge.', {
        reason: 'not-contradicted',
      });
    }
    this.#acknowledged += 1;
    const told = await this.anchors.acknowledge(head, operation, doubt);
    await this.#verdict.acknowledge();
    await this.backupNotes.acknowledged();
    return told;
  }

  /** How often somebody took the log from where it stood, in this process. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** What the last verification of all logs found; undefined before the first one of this epoch. */
  get lastVerification(): LastVerification | undefined {
    return this.#verdict.last;
  }

  /** Keeps what a verification found, and tells the log of what is news; see `StandingVerdict.keep`. */
  async keep(
    verification: AuditVerification,
    found: { readonly whole: boolean; readonly mended: readonly Problem[] },
  ): Promise<void> {
    const fresh = await this.#verdict.keep(verification, found);
    const [first] = fresh.filter(({ reason }) => reason !== this.anchors.mismatch);
    if (first !== undefined) await this.#tellContradicted(textOf(first), fresh.length);
  }

  /** Once, until somebody acknowledges it. */
  async #tellMismatch(): Promise<void> {
    const { mismatch } = this.anchors;
    if (mismatch === undefined || this.#verdict.anchorTold) return;
    if (await this.#tellContradicted(mismatch, 1)) await this.#verdict.noteAnchorTold();
  }

  /** Answers false for a log that takes no entries, which `health` tells. */
  async #tellContradicted(found: string, problems: number): Promise<boolean> {
    const facts = { found: found.slice(0, 500).toWellFormed(), problems };
    const told = { of: this.#live.origin, severity: 'critical', outcome: 'failure', facts } as const;
    try {
      await this.#live.append(this.#maker.leaf('log.contradicted', told));
      return true;
    } catch (error) {
      this.#live.failed(error);
      return false;
    }
  }

  /** What vouches for the log, the strongest first: nothing, while it is in doubt. */
  vouchers(): LogIntegrity['vouchers'] {
    const { present } = this.#live;
    if (this.doubt !== undefined) return [];
    const known = present === undefined ? [] : this.witnesses.own.list(present.store);
    const witnesses = known.flatMap(({ label, size, time }) =>
      time === null ? [] : [{ kind: 'witness' as const, name: label, size, time }],
    );
    const told = (
      kind: 'timestamp' | 'keychain' | 'backup',
      head: Vouching | undefined,
      name: string | null,
    ) =>
      head === undefined || head.size === 0
        ? []
        : [{ kind, name, size: head.size, time: toRfc3339(head.time) }];
    const stamp = this.timestamps.newest;
    return [
      ...witnesses.sort((one, other) => other.size - one.size),
      ...told('timestamp', stamp, stamp?.authority ?? null),
      ...told('keychain', this.anchors.vouching, null),
      ...told('backup', this.backupNotes.newest, null),
    ];
  }

  /** Up to where something outside the log vouches for it: nowhere, while it does not fit its anchor. */
  horizon(): Horizon {
    const { mismatch, vouching } = this.anchors;
    const { doubt } = this;
    if (doubt !== undefined) {
      const why = `The log does not ${mismatch === undefined ? 'verify' : 'fit its anchor'}: ${doubt}.`;
      return proofHorizon({ keychain: undefined, backup: undefined, elsewhere: [], why });
    }
    const { present } = this.#live;
    const witness = present && this.witnesses.own.newest(present.store);
    const stamp = this.timestamps.newest;
    return proofHorizon({
      keychain: vouching,
      backup: this.backupNotes.newest,
      elsewhere: [
        ...(witness === undefined ? [] : [{ ...witness, kind: 'witness' as const, name: witness.label }]),
        ...(stamp === undefined ? [] : [{ ...stamp, kind: 'timestamp' as const, name: stamp.authority }]),
      ],
      why: this.anchors.whyNone(this.#live.whyFailed),
    });
  }
}
