import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type { CosignedForOther, WitnessedLog } from '../../../shared/contract/audit/witnesses.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Ed25519Key } from '../../secrets/ed25519.ts';
import type { Appender } from '../appender.ts';
import { encodeBase64 } from '../base64.ts';
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../checkpoint.ts';
import type { EventMaker } from '../event-maker.ts';
import { isInstallationLog, isKeyOfEpoch } from '../log-name.ts';
import { verifyConsistency } from '../merkle.ts';
import { parseNote } from '../note.ts';
import { parseVerifierKey } from '../note-key.ts';
import { cosign, formatWitnessKey, witnessName } from './cosignature.ts';
import type { WitnessLog } from './witness-log.ts';
import { parseWitnessRequest, type WitnessRequest } from './witness-request.ts';
import { type Cosigned, openWitnessed, putWitnessed, readWitnessed } from './witness-rows.ts';

export interface CosignerParts {
  readonly installationId: string;
  readonly epoch: number;
  readonly maker: EventMaker;
  readonly clock: Clock;
  /** The key that cosigns in this epoch; made when it is asked for first. */
  witnessKey(): Promise<Ed25519Key>;
}

interface CosignInput {
  readonly request: string;
  /** What the other log is signed with, in C2SP's form: the first time, and after its owner has replaced it. */
  readonly key?: string | undefined;
}

/** A log that is known here, and how far. */
interface Known {
  readonly key: string;
  readonly newest: Cosigned;
}

/** This installation as a witness of others: it cosigns what goes on from what it cosigned before, and nothing else. */
export class Cosigner {
  readonly #parts: CosignerParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: CosignerParts) {
    this.#parts = parts;
  }

  /** In C2SP's form, for the owners of other logs. Errors: those of the keyring. */
  async key(): Promise<string> {
    const { publicKey } = await this.#parts.witnessKey();
    return formatWitnessKey(this.#name, publicKey);
  }

  /** The logs of others that were cosigned, each with the newest state. Errors: INTEGRITY. */
  async logs({ store }: WitnessLog): Promise<WitnessedLog[]> {
    const own = await this.key();
    return readWitnessed(store).map(({ key, note }) => {
      const { origin, size, time } = openWitnessed(note, own);
      return { logId: origin, key, size, time: toRfc3339(time) };
    });
  }

  /**
   * Cosigns another installation's checkpoint, one after the other. Errors: VALIDATION (no request, another kind of log),
   * CONFLICT (its own log, a log or key that is not known, a proof from another state than the last), INTEGRITY (a fork or
   * a log that was set back; nothing is signed).
   */
  cosign(log: WitnessLog, input: CosignInput, operation: Operation): Promise<CosignedForOther> {
    const done = this.#last.then(() => this.#cosign(log, input, operation));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #cosign({ store, appender }: WitnessLog, input: CosignInput, operation: Operation) {
    const request = parseWitnessRequest(input.request);
    const offered = parseCheckpoint(parseNote(request.note).text);
    const { origin, size, root } = offered;
    if (!isInstallationLog(origin) || size === 0) throw notALog();
    if (origin.startsWith(`${this.#parts.installationId}/`)) throw ownLog();
    operation.describe({ resource: { kind: 'log', id: origin }, facts: { size } });
    const ownKey = await this.key();
    const row = readWitnessed(store).find((other) => other.origin === origin);
    const known = row === undefined ? undefined : { key: row.key, newest: openWitnessed(row.note, ownKey) };
    const key = input.key ?? known?.key;
    if (key === undefined) throw unknownLog(origin);
    this.#verify(request, offered, key);
    try {
      requireGoingOn(request, offered, known);
    } catch (error) {
      const cosigned = known?.newest.size ?? 0;
      operation.describe({ facts: { size, root: encodeBase64(root), cosigned } });
      throw error;
    }
    const seconds = Math.floor(this.#parts.clock.now() / 1000);
    const signing = { name: this.#name, key: await this.#parts.witnessKey() };
    const note = cosign(parseNote(request.note), signing, seconds);
    await this.#keep(appender, { origin, size, root, key, note });
    return { note: Buffer.from(note).toString('utf8'), logId: origin, size, time: toRfc3339(seconds * 1000) };
  }

  /** It is signed by the log's own key. Errors: CONFLICT (another key), INTEGRITY. */
  #verify({ note }: WitnessRequest, { origin }: Checkpoint, key: string): void {
    const verifier = parseVerifierKey(key);
    const [installation = ''] = origin.split('/', 1);
    const epoch = Number(origin.slice(origin.lastIndexOf('/e') + 2));
    if (!isKeyOfEpoch(verifier.name, installation, epoch)) throw keyOfAnother(origin);
    const { signatures } = parseNote(note);
    if (!signatures.some(({ name, keyId }) => name === verifier.name && keyId === verifier.keyId))
      throw otherKey(verifier.name);
    openCheckpoint(note, origin, [verifier]);
  }

  async #keep(
    appender: Pick<Appender, 'append'>,
    { origin, size, root, key, note }: Checkpoint & { readonly key: string; readonly note: Uint8Array },
  ): Promise<void> {
    const leaf = this.#parts.maker.leaf('log.cosign', {
      of: origin,
      severity: 'warning',
      facts: { key, root: encodeBase64(root), size },
    });
    await appender.append(leaf, (transaction) => putWitnessed(transaction, { origin, key, note }));
  }

  get #name(): string {
    return witnessName(this.#parts.installationId, this.#parts.epoch);
  }
}

/** Errors: CONFLICT (the proof begins elsewhere), INTEGRITY (the log does not go on from what was cosigned). */
function requireGoingOn({ old, proof }: WitnessRequest, offered: Checkpoint, known: Known | undefined): void {
  if (known === undefined) {
    if (old !== 0 || proof.length > 0) throw otherSize(0, old);
    return;
  }
  const { size, root } = known.newest;
  if (offered.size < size) throw setBack(known.newest, offered);
  if (old !== size) throw otherSize(size, old);
  const goesOn = verifyConsistency({
    first: size,
    second: offered.size,
    proof,
    firstRoot: root,
    secondRoot: offered.root,
  });
  if (!goesOn) throw forked(known.newest, offered);
}

const notALog = () =>
  new HoldfastError('VALIDATION', "Only checkpoints of other installations' own logs are cosigned.", {
    reason: 'not-an-installation-log',
  });

const ownLog = () =>
  new HoldfastError(
    'CONFLICT',
    'This checkpoint is of this installation itself. A witness has to be another one: take the file there.',
    { reason: 'own-log' },
  );

const unknownLog = (origin: string) =>
  new HoldfastError(
    'CONFLICT',
    `The log ${origin} is not known here yet. Get its verifier key from its owner on another way than this file (\`holdfast audit key\`, or the recovery kit), and give it with --key.`,
    { reason: 'unknown-log' },
  );

const keyOfAnother = (origin: string) =>
  new HoldfastError('CONFLICT', `The key that was given does not belong to the log ${origin}.`, {
    reason: 'key-of-another-log',
  });

const otherKey = (name: string) =>
  new HoldfastError(
    'CONFLICT',
    `The checkpoint is not signed by ${name}. If its owner has replaced the key, get the new one on another way than this file, and give it with --key.`,
    { reason: 'another-key' },
  );

const otherSize = (size: number, old: number) =>
  new HoldfastError(
    'CONFLICT',
    `The proof begins at ${old} entries, but ${size} were cosigned last. Ask for a request that begins there: \`holdfast audit witness request --since ${size}\`.`,
    { reason: 'another-size', size },
  );

const setBack = (newest: Cosigned, offered: Checkpoint) =>
  contradiction(
    `The log ${newest.origin} was set back: ${newest.size} entries were cosigned at ${toRfc3339(newest.time)}, and now it has ${offered.size}.`,
    { reason: 'log-set-back', size: newest.size },
  );

const forked = (newest: Cosigned, offered: Checkpoint) =>
  contradiction(
    `The log ${newest.origin} has another history: its ${offered.size} entries do not begin with the ${newest.size} that were cosigned at ${toRfc3339(newest.time)}.`,
    { reason: 'log-forked', size: newest.size },
  );

function contradiction(
  what: string,
  data: { readonly reason: string; readonly size: number },
): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `${what} Nothing was signed. Tell its owner on another way, and keep both files.`,
    { problems: [what], ...data },
  );
}
