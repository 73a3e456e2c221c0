import type { JsonValue } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';

/** What the engine tells the installation to do. */
export type Told =
  | {
      readonly what: 'put';
      readonly documents: readonly { readonly id: string; readonly value: JsonValue }[];
    }
  | { readonly what: 'remove'; readonly id: string }
  | { readonly what: 'file'; readonly name: string; readonly content: string }
  | { readonly what: 'removeFile'; readonly name: string }
  | { readonly what: 'backup'; readonly kind: 'full' | 'incremental' }
  | {
      readonly what: 'restore';
      readonly at?: string;
      readonly snapshotId?: string;
      readonly destination:
        | { readonly kind: 'folder'; readonly path: string }
        | { readonly kind: 'in-place' };
    }
  | { readonly what: 'undo'; readonly undoId: Uuid }
  | { readonly what: 'verify'; readonly level: 0 | 1 | 2 | 3 | 4 }
  /** Only the newest so many stay. */
  | { readonly what: 'prune'; readonly last: number }
  /** Brings the copy in this folder up to date. */
  | { readonly what: 'sync'; readonly path: string }
  | { readonly what: 'capture' | 'end' };

/** Where the tenant's database stands, and what came of it. */
export interface Stand {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly view: readonly string[];
  /** SHA-256 of the contents in the tenant's folder, each of which was read. */
  readonly contents: readonly string[];
  readonly id?: string | undefined;
  readonly kind?: 'full' | 'incremental' | undefined;
  readonly level?: number;
  readonly undoId?: Uuid | null;
  readonly ok?: boolean;
  readonly problems?: readonly string[];
  /** Snapshots. */
  readonly removed?: readonly string[];
  /** The commit of the newest full snapshot before snapshots were removed. */
  readonly newestBase?: number;
}

export type Answer =
  | Stand
  | { readonly error: { readonly code: string; readonly message: string; readonly cause: string } };
