interface Query {
  readonly actions: readonly string[];
  readonly of: 'owner' | 'installation' | 'both';
  readonly outcome: string | null;
  readonly severity: string | null;
}

/** Counts what queries ask for among entries that come one after the other; the period is the caller's to apply. */
export class Recount {
  /** `log`: the origin of the log that the entries are of. */
  constructor(log: string);

  /** How often there is what a query asks for, so far: `count`, and the `entries`, the first of them by index. */
  counting(query: Query): { readonly count: number; readonly entries: readonly number[] };

  add(index: number, entry: { readonly act: string; readonly sev: string; readonly out: string }): void;
}
