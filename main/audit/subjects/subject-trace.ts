import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonValue } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import type { Appender } from '../appender.ts';
import { decodeBase64 } from '../base64.ts';
import { openField } from '../commitment.ts';
import { positionOf } from '../log-store.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import type { ReadingGate } from '../retention/reading-gate.ts';

interface SubjectTraceParts {
  /** Nothing of a person goes while it is collected. */
  readonly gate: ReadingGate;
  /** Throws UNAVAILABLE. */
  opened(): { readonly store: Reading; readonly appender: Appender };
  pseudonymOf(subject: string): string;
  /** For fields without a subject. */
  readonly installationKey: Uint8Array;
  /** undefined once destroyed. */
  subjectKey(subject: Uuid): Uint8Array | undefined;
}

/** What the log has of one person. */
export interface LoggedSubject {
  /** Entries that name the person, by pseudonym or id: as who acted, as what was acted on, or in a sealed field. */
  readonly entries: number;
  /** Fields sealed under the person's key. */
  readonly fields: number;
}

/** An entry about a person, and what of it can be opened: their own sealed fields, reasons and states. */
export interface OpenedEntry {
  readonly record: AuditRecord;
  readonly opened: { readonly [field: string]: JsonValue };
}

/** Read at once, in a few milliseconds. */
const chunk = 2000;

/** Finds every entry about a person. */
export class SubjectTrace {
  readonly #parts: SubjectTraceParts;

  constructor(parts: SubjectTraceParts) {
    this.#parts = parts;
  }

  /** The name under which a person stands in the log. */
  pseudonymOf(subject: Uuid): string {
    return this.#parts.pseudonymOf(subject);
  }

  /**
   * Reads the installation's logs and, of tenants', those of one or, with undefined, all. Costs about a second a million
   * entries, in short pieces. Errors: UNAVAILABLE, INTEGRITY.
   */
  async count(subject: Uuid, tenantId: Uuid | undefined): Promise<LoggedSubject> {
    const pseudonym = this.pseudonymOf(subject);
    let [entries, fields] = [0, 0];
    for await (const { record } of this.#naming(subject, tenantId)) {
      const { pd = [] } = record;
      entries += 1;
      fields += pd.filter(({ s }) => s === pseudonym).length;
    }
    return { entries, fields };
  }

  /** Those entries, by log and index; what is sealed for others stays so. Errors: as `count`. */
  async *entries(subject: Uuid, tenantId: Uuid | undefined): AsyncGenerator<OpenedEntry, void> {
    const pseudonym = this.pseudonymOf(subject);
    const own = this.#parts.subjectKey(subject);
    const sealedAt = this.#parts
      .opened()
      .store.sql<{ field: string; sealed: Uint8Array }>(
        'SELECT field, sealed FROM openings WHERE position = ?',
      );
    for await (const { record, position } of this.#naming(subject, tenantId)) {
      const opened: Record<string, JsonValue> = {};
      for (const { field, sealed } of sealedAt.all(position)) {
        const { s, c } = committed(record, field);
        const key = s === undefined ? this.#parts.installationKey : s === pseudonym ? own : undefined;
        const digest = c === undefined ? undefined : decodeBase64(c);
        if (key === undefined || digest === undefined) continue;
        opened[field] = openField(key, { eventId: record.id, field }, digest, sealed).value;
      }
      yield { record, opened };
    }
  }

  async *#naming(
    subject: Uuid,
    tenantId: Uuid | undefined,
  ): AsyncGenerator<{ readonly record: AuditRecord; readonly position: number }, void> {
    const leave = await this.#parts.gate.enter();
    try {
      yield* this.#found(subject, tenantId);
    } finally {
      leave();
    }
  }

  async *#found(
    subject: Uuid,
    tenantId: Uuid | undefined,
  ): AsyncGenerator<{ readonly record: AuditRecord; readonly position: number }, void> {
    const { store, appender } = this.#parts.opened();
    await appender.settle();
    const names = [this.pseudonymOf(subject), subject].map((name) => Buffer.from(name));
    const naming = store.sql<{ record: Uint8Array; position: number }>(
      `SELECT record, position FROM entries
       WHERE position >= ? AND position < ? AND (instr(record, ?) > 0 OR instr(record, ?) > 0) ORDER BY position`,
    );
    for (const head of appender.heads()) {
      if (tenantId !== undefined && head.tenantId !== null && head.tenantId !== tenantId) continue;
      for (let start = 0; start < head.size; start += chunk) {
        const end = Math.min(head.size, start + chunk);
        const found = naming.all(positionOf(head.log, start), positionOf(head.log, end), ...names);
        for (const { record, position } of found) yield { record: decodeRecord(record), position };
        await nextTurn();
      }
    }
  }
}

/** The commitment of a sealed field, and whose it is. */
function committed({ pd = [], why, dif }: AuditRecord, field: string): { s?: string; c: string | undefined } {
  if (field === 'why') return { c: why };
  if (field === 'dif.b') return { c: dif?.b };
  if (field === 'dif.a') return { c: dif?.a };
  return pd.find(({ f }) => f === field) ?? { c: undefined };
}
