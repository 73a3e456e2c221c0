import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Uuid } from '../../shared/ids.ts';
import type { OpeningKeys } from './search/trail.ts';

export interface SubjectSource {
  /** For fields without a subject. */
  readonly installationKey: Uint8Array;
  /** A person's own key; undefined once destroyed, or for someone unknown. */
  subjectKey(subject: Uuid): Uint8Array | undefined;
  /** Everyone who has a key. */
  subjects(): readonly Uuid[];
  /** The person an operator's name belongs to. */
  operatorNamed(name: string): Uuid | undefined;
}

const atOnce = 200;

/** What the system is called in a filter. */
export const theSystem = 'system';

/** The people behind pseudonyms, as long as their keys are kept. */
export class SubjectDirectory {
  readonly #source: SubjectSource;
  readonly #pseudonymOf: (subject: string) => string;

  constructor(source: SubjectSource, pseudonymOf: (subject: string) => string) {
    this.#source = source;
    this.#pseudonymOf = pseudonymOf;
  }

  /** The pseudonyms that an operator's name or a pseudonym stands for; null where `system` is nobody's name. */
  pseudonymsOf(actor: string): (string | null)[] {
    if (actor.startsWith('p:')) return [actor];
    const subject = this.#source.operatorNamed(actor);
    if (subject === undefined && actor === theSystem) return [null];
    return [subject === undefined ? actor : this.#pseudonymOf(subject)];
  }

  /** Keys by pseudonym, looked up as they are asked for. */
  openingKeys(): OpeningKeys {
    let byPseudonym: Map<string, Uuid> | undefined;
    return {
      installationKey: this.#source.installationKey,
      keyOf: (pseudonym) => {
        byPseudonym ??= new Map(
          this.#source.subjects().map((subject) => [this.#pseudonymOf(subject), subject]),
        );
        const subject = byPseudonym.get(pseudonym);
        return subject === undefined ? undefined : this.#source.subjectKey(subject);
      },
    };
  }

  /** Every key by pseudonym; a few at a time, so that nobody waits. */
  async allKeys(): Promise<Map<string, Uint8Array>> {
    const keys = new Map<string, Uint8Array>();
    for (const [at, subject] of this.#source.subjects().entries()) {
      const key = this.#source.subjectKey(subject);
      if (key !== undefined) keys.set(this.#pseudonymOf(subject), key);
      if (at % atOnce === atOnce - 1) await nextTurn();
    }
    return keys;
  }
}
