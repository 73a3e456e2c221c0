/** How often each of some things was met. */
export class Tally<Thing> {
  readonly #counts = new Map<Thing, number>();

  add(thing: Thing, count: number): void {
    this.#counts.set(thing, (this.#counts.get(thing) ?? 0) + count);
  }

  get total(): number {
    return sumOf([...this.#counts.values()]);
  }

  /** The same of what each is called. */
  map<Name>(nameOf: (thing: Thing) => Name): Tally<Name> {
    const named = new Tally<Name>();
    for (const [thing, count] of this.#counts) named.add(nameOf(thing), count);
    return named;
  }

  /** The most frequent, and how many others there are with how many in all. */
  told(most: number): { top: [Thing, number][]; others: { different: number; count: number } } {
    const met = [...this.#counts].filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one);
    const others = met.slice(most);
    return {
      top: met.slice(0, most),
      others: { different: others.length, count: sumOf(others.map(([, count]) => count)) },
    };
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
