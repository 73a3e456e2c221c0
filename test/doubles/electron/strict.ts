import { EventEmitter } from 'node:events';

/** What test tools and `await` look for in any object. */
const askedOfAll = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof', 'constructor']);

/** An object whose every member that was not doubled is an error by its name, and cannot be set. */
export function strict<Doubled extends object>(name: string, doubled: Doubled): Doubled {
  const bound = new Map<unknown, unknown>();
  return new Proxy(doubled, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target)) {
        if (askedOfAll.has(key)) return undefined;
        throw new Error(`the double of electron has no ${name}.${key}`);
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      const known = bound.get(value) ?? value.bind(target);
      bound.set(value, known);
      return known;
    },
    set(_target, key) {
      throw new Error(`the double of electron lets nobody set ${name}.${String(key)}`);
    },
  });
}

/** Emits the events that were doubled; to wait for another is an error. */
export class StrictEmitter extends EventEmitter {
  readonly #name: string;
  readonly #events: readonly string[];

  constructor(name: string, events: readonly string[]) {
    super();
    this.#name = name;
    this.#events = events;
  }

  override on(event: string, listener: (...details: never[]) => void): this {
    this.#require(event);
    return super.on(event, listener as (...details: unknown[]) => void);
  }

  override once(event: string, listener: (...details: never[]) => void): this {
    this.#require(event);
    return super.once(event, listener as (...details: unknown[]) => void);
  }

  #require(event: string): void {
    if (!this.#events.includes(event)) {
      throw new Error(`the double of electron has no event ${event} of ${this.#name}`);
    }
  }
}

export interface Preventable {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** An event that its listeners may prevent, with what it tells. */
export function preventable<Details extends object>(details: Details): Details & Preventable {
  let defaultPrevented = false;
  return {
    ...details,
    get defaultPrevented() {
      return defaultPrevented;
    },
    preventDefault() {
      defaultPrevented = true;
    },
  };
}
