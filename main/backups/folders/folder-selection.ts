import { HoldfastError } from '../../../shared/errors.ts';

/** Which entries are wanted: the paths named, what lies in them, and the folders on the way to them. */
export class FolderSelection {
  readonly #only: readonly string[];
  readonly #found = new Set<string>();

  constructor(only: readonly string[]) {
    this.#only = only.map((path) => path.replace(/^\.?\/+|\/+$/g, ''));
  }

  /** `within`: a folder that only leads to one that is wanted. */
  of(below: string): 'yes' | 'within' | 'no' {
    if (this.#only.length === 0) return 'yes';
    for (const path of this.#only) {
      if (below === path || below.startsWith(`${path}/`)) {
        this.#found.add(path);
        return 'yes';
      }
    }
    return this.#only.some((path) => path.startsWith(`${below}/`)) ? 'within' : 'no';
  }

  requireAllFound(): void {
    const missing = this.#only.find((path) => !this.#found.has(path));
    if (missing === undefined) return;
    throw new HoldfastError('NOT_FOUND', `The snapshot holds no ${missing}. Name a path below the folder.`, {
      kind: 'path',
      id: missing,
    });
  }
}
