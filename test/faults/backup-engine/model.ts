import { hash } from 'node:crypto';
import type { JsonValue } from '../../../shared/errors.ts';
import { line } from './view.ts';

interface Newest {
  readonly revision: number;
  readonly live: boolean;
  readonly content: string;
}

/** What a tenant should hold, row by row. Never changed in place: each commit has its own. */
export class Content {
  readonly #documents: ReadonlyMap<string, Newest>;
  readonly #files: ReadonlyMap<string, string>;
  readonly #revisions: number;

  constructor(
    documents: ReadonlyMap<string, Newest> = new Map(),
    files: ReadonlyMap<string, string> = new Map(),
    revisions = 0,
  ) {
    this.#documents = documents;
    this.#files = files;
    this.#revisions = revisions;
  }

  get liveIds(): string[] {
    return [...this.#documents].flatMap(([id, { live }]) => (live ? [id] : []));
  }

  put(documents: readonly { readonly id: string; readonly value: JsonValue }[]): Content {
    const next = new Map(this.#documents);
    for (const { id, value } of documents) {
      const revision = (next.get(id)?.revision ?? 0) + 1;
      next.set(id, { revision, live: true, content: JSON.stringify(value) });
    }
    return new Content(next, this.#files, this.#revisions + documents.length);
  }

  remove(id: string): Content {
    const next = new Map(this.#documents);
    next.set(id, { revision: (next.get(id)?.revision ?? 0) + 1, live: false, content: '' });
    return new Content(next, this.#files, this.#revisions + 1);
  }

  addFile(name: string, content: string): Content {
    return new Content(
      this.#documents,
      new Map(this.#files).set(name, hash('sha256', content)),
      this.#revisions,
    );
  }

  removeFile(name: string): Content {
    const next = new Map(this.#files);
    next.delete(name);
    return new Content(this.#documents, next, this.#revisions);
  }

  /** SHA-256 of each file's content, by its name. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /** As `viewOf` sees it in a database. */
  view(): string[] {
    const documents = [...this.#documents].sort(byName);
    return [
      ...documents.map(([id, { revision, live, content }]) => line(id, revision, live, content)),
      ...[...this.#files].sort(byName).map(([name, sha256]) => `file ${name} ${sha256}`),
      `revisions ${this.#revisions}`,
    ];
  }
}

export interface Commit {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly content: Content;
}

/** Every commit that there was, and what is known of how far each can be had. */
export class History {
  readonly commits: Commit[] = [];
  /** Commits up to this one may be missing one by one, since a doubt after the first. */
  readonly #gaps: { readonly after: number; through: number }[] = [];
  /** The commit of each snapshot. */
  readonly #saved = new Set<number>();

  get now(): Commit {
    const last = this.commits.at(-1);
    if (last === undefined) throw new RangeError('there was no commit');
    return last;
  }

  /** The last commit of this time, epoch milliseconds. */
  at(time: number): Commit {
    const found = this.commits.findLast((commit) => commit.time === time);
    if (found === undefined) throw new RangeError('there was no commit of this time');
    return found;
  }

  saved(seq: number): void {
    this.#saved.add(seq);
  }

  /** What was not in a snapshot yet may be gone from the log. */
  doubt(): void {
    const after = Math.max(0, ...this.#saved);
    if (this.#gaps.at(-1)?.through !== Number.POSITIVE_INFINITY) {
      this.#gaps.push({ after, through: Number.POSITIVE_INFINITY });
    }
  }

  get inDoubt(): boolean {
    return this.#gaps.at(-1)?.through === Number.POSITIVE_INFINITY;
  }

  /** A full snapshot was made: from here on every commit is in the log again. */
  rebased(seq: number): void {
    const open = this.#gaps.at(-1);
    if (open?.through === Number.POSITIVE_INFINITY) open.through = seq;
  }

  /** What is known of how far a commit can be had, for whoever reads a failure. */
  told({ seq }: Commit): string {
    const saved = [...this.#saved].filter((other) => Math.abs(other - seq) < 50);
    const gaps = this.#gaps.filter(({ through }) => through > seq - 50);
    return `saved ${saved.join(' ')}; gaps ${gaps.map(({ after, through }) => `${after}-${through}`).join(' ')}`;
  }

  /** Whether a restore that asked for `wanted` may end with `got`. */
  mayBe(wanted: Commit, got: number): boolean {
    if (got === wanted.seq) return true;
    const gap = this.#gaps.find(({ after, through }) => wanted.seq > after && wanted.seq < through);
    const saved = Math.max(0, ...[...this.#saved].filter((seq) => seq <= wanted.seq));
    return gap !== undefined && got >= saved && got < wanted.seq;
  }
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
