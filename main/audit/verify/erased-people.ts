import { pseudonym } from '../pseudonym.ts';
import type { AuditRecord } from '../record.ts';
import type { Problem } from './verify-log.ts';

/** What ends with the key of the person or service it is about. */
const ofOne: ReadonlySet<string> = new Set(['subject.erase', 'principal.delete']);
/** What ends with the keys of everybody of a tenant. */
const ofTenant: ReadonlySet<string> = new Set(['tenant.erase', 'tenant.sample.delete']);

/** The newest entry of a log for which a key is missing; `time` in epoch milliseconds. */
interface MissingKey {
  readonly logId: string;
  readonly index: number;
  readonly time: number;
  readonly tenantId: string | null;
}

/** Whose keys may be gone, as the logs tell it, and whose are: one without the other is an erasure that nobody logged. */
export class ErasedPeople {
  readonly #pseudonymKey: Uint8Array;
  readonly #erased: Set<string>;
  readonly #missing = new Map<string, MissingKey>();

  /** `erased`: what is known of entries that are not read again. */
  constructor(pseudonymKey: Uint8Array, erased: ReadonlySet<string> = new Set()) {
    this.#pseudonymKey = pseudonymKey;
    this.#erased = new Set(erased);
  }

  get erased(): ReadonlySet<string> {
    return this.#erased;
  }

  /** An intent is enough: the key goes before the outcome is logged. */
  read({ act, out, res }: AuditRecord): void {
    if (res === undefined || out === 'failure') return;
    if (ofTenant.has(act)) this.#erased.add(res.id);
    if (!ofOne.has(act)) return;
    this.#erased.add(res.id.startsWith('p:') ? res.id : pseudonym(this.#pseudonymKey, res.id));
  }

  missing(subject: string, at: MissingKey): void {
    const known = this.#missing.get(subject);
    if (known === undefined || known.logId === at.logId) this.#missing.set(subject, at);
  }

  /**
   * After all logs. `prunedUntil`: by origin, the time of the oldest entry that is left of a pruned log. What told of an erasure
   * may be pruned there; in the person's own log it comes after the entry.
   */
  problems(prunedUntil: ReadonlyMap<string, number>): Problem[] {
    const mayBePruned = ({ logId, time }: MissingKey) =>
      [...prunedUntil].some(([origin, until]) => origin !== logId && time <= until);
    const reason =
      'the key of the person whose name is sealed here is gone, and no entry tells of an erasure';
    return [...this.#missing]
      .filter(([subject, { tenantId }]) => !this.#erased.has(subject) && !this.#erased.has(tenantId ?? ''))
      .filter(([, at]) => !mayBePruned(at))
      .map(([, { logId, index }]) => ({ logId, index, reason }));
  }
}
