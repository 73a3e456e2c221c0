import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { BackupParts } from '../parts.ts';
import type { RemoveContentsInput } from './remove-contents-worker.ts';

type Parts = Pick<BackupParts, 'sources' | 'pageLog' | 'report'>;

interface Removal {
  /** Also what no entry ever named, or nobody knows of; that lists the whole folder. */
  readonly leftovers: boolean;
  readonly signal: AbortSignal;
}

/**
 * Removes contents from a tenant's folder that no entry names and that are not needed here any more: a snapshot has them, or no
 * commit that can still be restored names them. Only in the owner's turn. Never throws: a backup that was made must not fail
 * for it, and what is left goes after the next one.
 */
export async function removeContents(parts: Parts, tenantId: Uuid, removal: Removal): Promise<void> {
  try {
    await remove(parts, tenantId, removal);
  } catch (error) {
    parts.report(error);
  }
}

async function remove(
  { sources, pageLog }: Parts,
  tenantId: Uuid,
  { leftovers, signal }: Removal,
): Promise<void> {
  await sources.withTenant(tenantId, async ({ store, filesFolder }) => {
    const through = pageLog.savedThrough(tenantId);
    const due = store.sql('SELECT 1 FROM removed_contents WHERE seq <= ? LIMIT 1').get(through);
    if (due === undefined && !leftovers) return;
    const shared = store.share();
    await callWorker<RemoveContentsInput, null>({
      module: siblingModule(import.meta.url, 'remove-contents-worker'),
      input: { shared, filesFolder, through, leftovers },
      transfer: [shared.port],
      signal,
    });
  });
}
