import { toRfc3339 } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../shared/ids.ts';

/** Where something that was erased lay; times are epoch milliseconds. */
export interface CertifiedPlace {
  /** null: the first target. */
  readonly targetId: Uuid | null;
  readonly name: string;
  readonly state: (typeof states)[number];
  readonly time: number;
}

const states = ['erased', 'pending', 'abandoned'] as const;

export function placeLine({ targetId, name, state, time }: CertifiedPlace): string {
  return `place: ${targetId ?? 'first'} ${state} ${toRfc3339(time)}${name === '' ? '' : ` ${name}`}`;
}

/** The lines of a certificate's text, by name (docs/formats/erasure-certificate.md). Whatever is not as it should be is INTEGRITY. */
export class CertificateLines {
  readonly #lines: readonly string[];
  readonly #of: string;

  /** `of`: what the certificate is of, for the error. Throws INTEGRITY where the title is another. */
  constructor(note: string, title: string, of: string) {
    const [first, ...lines] = note.split('\n\n', 1)[0]?.split('\n') ?? [];
    this.#lines = lines;
    this.#of = of;
    if (first !== title) throw this.malformed();
  }

  all(name: string): readonly string[] {
    return this.#lines
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2));
  }

  /** The first of this name; empty where there is none. */
  text(name: string): string {
    return this.all(name)[0] ?? '';
  }

  uuid(name: string): Uuid {
    return this.uuidOf(this.text(name));
  }

  /** Epoch milliseconds. */
  time(name: string): number {
    return this.timeOf(this.text(name));
  }

  places(): readonly CertifiedPlace[] {
    return this.all('place').map((text) => {
      const [target = '', given, time = '', ...name] = text.split(' ');
      const state = states.find((known) => known === given);
      if (state === undefined) throw this.malformed();
      const targetId = target === 'first' ? null : this.uuidOf(target);
      return { targetId, state, time: this.timeOf(time), name: name.join(' ') };
    });
  }

  uuidOf(text: string): Uuid {
    if (!uuidPattern.test(text)) throw this.malformed();
    return text as Uuid;
  }

  timeOf(text: string): number {
    const time = Date.parse(text);
    if (Number.isNaN(time)) throw this.malformed();
    return time;
  }

  malformed(): HoldfastError {
    return new HoldfastError('INTEGRITY', `This is not a certificate of ${this.#of}.`, {
      problems: ['erasure-certificate'],
    });
  }
}
