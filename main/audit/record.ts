import { HoldfastError, type JsonValue } from '../../shared/errors.ts';
import type { ActorKind, Outcome, Severity } from '../../shared/severities.ts';
import { canonicalText, notCanonical, parseJson } from './canonical-json.ts';
import { isPlainlyCanonical } from './canonical-scan.ts';
import { maximumEntryLength } from './entry-bundle.ts';
import { logOriginPattern } from './log-name.ts';
import { leafHash } from './merkle.ts';
import { draftFault, recordFault } from './record-shape.ts';

/** An audit record, version 1 (docs/formats). Commitments are base64 of 32 bytes. */
export interface AuditRecord {
  readonly v: 1;
  /** The log it belongs to, see `logOrigin`. */
  readonly log: string;
  /** Its index in that log. */
  readonly i: number;
  /** The event's UUIDv7. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly t: number;
  /** UUID of the start that `mono` counts from. */
  readonly boot: string;
  /** Whole microseconds since that start. */
  readonly mono: number;
  /** The action, such as `auth.key.revoke`. */
  readonly act: string;
  readonly sev: Severity;
  readonly out: Outcome;
  readonly ph: 'intent' | 'outcome';
  /** The operation that intent and outcome share. */
  readonly cor?: string;
  readonly who: AuditActor;
  readonly res?: AuditResource;
  /** Commitment to the reason given. */
  readonly why?: string;
  readonly app: string;
  /** SHA-256 of the policy in force, in hexadecimal. */
  readonly pol: string;
  /** Commitments to the states before and after. */
  readonly dif?: { readonly b?: string; readonly a?: string };
  readonly pd?: readonly PersonalField[];
  /** Small facts that are not personal; numbers are integers. */
  readonly x?: { readonly [fact: string]: JsonValue };
}

interface AuditActor {
  readonly k: ActorKind;
  readonly p?: string;
  readonly s?: string;
}

interface AuditResource {
  readonly k: string;
  readonly id: string;
}

/** A personal field: subject's pseudonym, field, commitment. */
interface PersonalField {
  readonly s: string;
  readonly f: string;
  readonly c: string;
}

/** A record as it waits in an outbox: the log gives it version, name and index. */
export type RecordDraft = Omit<AuditRecord, 'v' | 'log' | 'i'>;

// What version, log name and index add at most: `"i":9007199254740991,` `"log":"…",` `"v":1,`.
const placeLength = 130;

/**
 * A draft that was checked once and can take its place in a log without being read again: its text is kept, which
 * nobody can change. Throws VALIDATION, with the faulty member in `data.at`, for what `completeRecord` could not turn
 * into a record later: what is in an outbox always finds its way into the log.
 */
export class CheckedDraft {
  /** Canonical JSON, as an outbox keeps it. */
  readonly bytes: Uint8Array;
  readonly #id: string;
  readonly #parts: DraftParts;

  constructor(draft: RecordDraft) {
    const at = draftFault(draft);
    if (at !== undefined) throw notARecord(at);
    this.#id = draft.id;
    this.#parts = draftParts(draft);
    const { toDif, monoToT, fromWho } = this.#parts;
    this.bytes = Buffer.from(`{${toDif},"id":"${this.#id}",${monoToT},${fromWho}}`, 'utf8');
    checkLength(this.bytes.length + placeLength);
  }

  /** What `completeRecord` makes of the bytes. Throws VALIDATION for no log's name or no index. */
  record(log: string, index: number): Uint8Array {
    if (!logOriginPattern.test(log)) throw notARecord('log');
    if (!Number.isSafeInteger(index) || index < 0) throw notARecord('i');
    const { toDif, monoToT, fromWho } = this.#parts;
    const text = `{${toDif},"i":${index},"id":"${this.#id}","log":"${log}",${monoToT},"v":1,${fromWho}}`;
    const bytes = Buffer.from(text, 'utf8');
    checkLength(bytes.length);
    return bytes;
  }
}

/** The members of a checked draft as RFC 8785 has them, without braces: in three runs, between which a log adds its own. */
interface DraftParts {
  readonly toDif: string;
  readonly monoToT: string;
  readonly fromWho: string;
}

function draftParts({ dif, res, who, pd, x, ...rest }: RecordDraft): DraftParts {
  const { act, app, boot, cor, mono, out, ph, pol, sev, t, why } = rest;
  const members = (value: object) => JSON.stringify(value).slice(1, -1);
  const fromWho = members({ who: { k: who.k, p: who.p, s: who.s }, why });
  return {
    toDif: members({ act, app, boot, cor, dif: dif && { a: dif.a, b: dif.b } }),
    monoToT: members({
      mono,
      out,
      pd: pd?.map(({ c, f, s }) => ({ c, f, s })),
      ph,
      pol,
      res: res && { id: res.id, k: res.k },
      sev,
      t,
    }),
    fromWho: x === undefined ? fromWho : `${fromWho},"x":${canonicalText(x, { integersOnly: true })}`,
  };
}

/** Gives a draft its place in a log. Throws VALIDATION for bytes that are no draft. */
export function completeRecord(
  draft: Uint8Array,
  log: string,
  index: number,
): { record: AuditRecord; bytes: Uint8Array } {
  const { value } = parseJson(draft);
  if (value !== null && typeof value === 'object' && 'log' in value) throw notARecord('log');
  const record: unknown = Object.assign({}, value, { v: 1, log, i: index });
  checkRecord(record);
  const bytes = Buffer.from(recordText(record), 'utf8');
  checkLength(bytes.length);
  return { record, bytes };
}

/**
 * The leaf data of a record. Throws VALIDATION, with the faulty member in `data.at`, for what version 1 does
 * not know or for more than 65,535 bytes.
 */
export function encodeRecord(record: AuditRecord): Uint8Array {
  checkRecord(record);
  const bytes = Buffer.from(recordText(record), 'utf8');
  checkLength(bytes.length);
  return bytes;
}

/** Reads leaf data back. Throws VALIDATION unless it is exactly what `encodeRecord` makes of the record. */
export function decodeRecord(bytes: Uint8Array): AuditRecord {
  checkLength(bytes.length);
  const { text, value } = parseJson(bytes);
  checkRecord(value);
  if (!isPlainlyCanonical(bytes) && recordText(value) !== text) throw notCanonical();
  return value;
}

/** SHA-256(0x00 || record bytes). */
export function recordHash(bytes: Uint8Array): Uint8Array {
  return leafHash(bytes);
}

/**
 * RFC 8785 of a checked record, three times as fast as the general way (a test holds the two together): its
 * members in the order of their names, its strings well formed. Only `x` can hold what JSON.stringify would not
 * write as RFC 8785 has it.
 */
function recordText({ dif, res, who, pd, x, ...rest }: RecordDraft & Partial<AuditRecord>): string {
  const text = JSON.stringify({
    act: rest.act,
    app: rest.app,
    boot: rest.boot,
    cor: rest.cor,
    dif: dif && { a: dif.a, b: dif.b },
    i: rest.i,
    id: rest.id,
    log: rest.log,
    mono: rest.mono,
    out: rest.out,
    pd: pd?.map(({ c, f, s }) => ({ c, f, s })),
    ph: rest.ph,
    pol: rest.pol,
    res: res && { id: res.id, k: res.k },
    sev: rest.sev,
    t: rest.t,
    v: rest.v,
    who: { k: who.k, p: who.p, s: who.s },
    why: rest.why,
  });
  return x === undefined ? text : `${text.slice(0, -1)},"x":${canonicalText(x, { integersOnly: true })}}`;
}

function checkRecord(value: unknown): asserts value is AuditRecord {
  const at = recordFault(value);
  if (at !== undefined) throw notARecord(at);
}

function notARecord(at: string): HoldfastError {
  return new HoldfastError(
    'VALIDATION',
    `This is not an audit record of version 1: see ${at || 'the whole'}.`,
    {
      reason: 'record',
      at,
    },
  );
}

function checkLength(length: number): void {
  if (length <= maximumEntryLength) return;
  throw new HoldfastError('VALIDATION', 'An audit record has at most 65,535 bytes.', {
    reason: 'too-long',
    length,
  });
}
