import { toRfc3339 } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { DatabaseState } from './database-state.ts';
import { type Manifest, type ManifestDatabase, manifestFormat } from './manifest.ts';
import { chunkBytes } from './page-map.ts';
import type { SavedFiles } from './tenant-files.ts';

/** What the manifest says that no database knows. */
export interface SnapshotFacts {
  readonly installationId: Uuid;
  readonly tenantId: Uuid | null;
  readonly kind: 'full' | 'incremental';
  readonly safety: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Version of this program. */
  readonly app: string;
  readonly auditNotes: Manifest['auditNotes'];
}

/** What was found and saved; `time`: epoch milliseconds, no commit in it is later. */
interface Saved {
  readonly time: number;
  readonly state: DatabaseState;
  readonly databases: ManifestDatabase[];
  readonly files: SavedFiles;
}

export function manifestOf(facts: SnapshotFacts, { time, state, databases, files }: Saved): Manifest {
  return {
    format: manifestFormat,
    kind: facts.kind,
    safety: facts.safety,
    installationId: facts.installationId,
    tenantId: facts.tenantId,
    timeline: state.timeline ?? facts.installationId,
    startedAt: toRfc3339(facts.startedAt),
    time: toRfc3339(time),
    app: facts.app,
    sqlite: state.sqlite,
    chunkBytes,
    databases,
    collections: state.collections,
    files: { count: files.count, bytes: files.bytes },
    damaged: files.damaged,
    auditNotes: facts.auditNotes,
  };
}
