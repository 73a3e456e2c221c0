import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import type { Appender } from '../appender.ts';
import { positionOf } from '../log-store.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';

interface SubjectTraceParts {
  /** Throws UNAVAILABLE. */
  opened(): { readonly store: Reading; readonly appender: Appender };
  pseudonymOf(subject: string): string;
}

/** What the log has of one person. */
export interface LoggedSubject {
  /** Entries that name the person, by pseudonym or id: as who acted, as what was acted on, or in a sealed field. */
  readonly entries: number;
  /** Fields sealed under the person's key. */
  readonly fields: number;
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
    for await (const { pd = [] } of this.records(subject, tenantId)) {
      entries += 1;
      fields += pd.filter(({ s }) => s === pseudonym).length;
    }
    return { entries, fields };
  }

  /** Those entries, by log and index. Errors: as `count`. */
  async *records(subject: Uuid, tenantId: Uuid | undefined): AsyncGenerator<AuditRecord, void> {
    const { store, appender } = this.#parts.opened();
    await appender.settle();
    const names = [this.pseudonymOf(subject), subject].map((name) => Buffer.from(name));
    const naming = store.sql<{ record: Uint8Array }>(
      `SELECT record FROM entries
       WHERE position >= ? AND position < ? AND (instr(record, ?) > 0 OR instr(record, ?) > 0) ORDER BY position`,
    );
    for (const head of appender.heads()) {
      if (tenantId !== undefined && head.tenantId !== null && head.tenantId !== tenantId) continue;
      for (let start = 0; start < head.size; start += chunk) {
        const end = Math.min(head.size, start + chunk);
        const found = naming.all(positionOf(head.log, start), positionOf(head.log, end), ...names);
        for (const { record } of found) yield decodeRecord(record);
        await nextTurn();
      }
    }
  }
}
