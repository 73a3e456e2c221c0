import type { Uuid } from '../../../shared/ids.ts';
import { serveTask } from '../../jobs/serve-task.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { parseVerifierKey } from '../note-key.ts';
import { type Problem, type StoredLog, type VouchedHead, verifyLog } from './verify-log.ts';

export interface VerifyTask {
  readonly audit: SharedStore;
  /** Verifier keys of this installation (C2SP signed-note). */
  readonly keys: readonly string[];
  /** Only this tenant's log, and the installation's that vouches for it. */
  readonly tenantId?: Uuid;
  /** The anchor of the installation's log. */
  readonly anchor?: VouchedHead;
  readonly now: number;
}

export interface VerifyReport {
  readonly logs: { readonly logId: string; readonly size: number; readonly root: Uint8Array }[];
  readonly problems: Problem[];
}

await serveTask<VerifyTask, VerifyReport, number>(
  async ({ audit, keys, tenantId, anchor, now }, { send }) => {
    const store = openWorkerStore(audit, { clock: { now: () => now, monotonicMicros: () => 0 } });
    try {
      return store.snapshot((reading) => {
        const verifiers = keys.map(parseVerifierKey);
        const all = reading.sql<StoredLog>('SELECT * FROM logs ORDER BY tenant_id IS NOT NULL, log').all();
        const report: VerifyReport = { logs: [], problems: [] };
        let vouched = new Map<string, VouchedHead[]>();
        for (const log of all) {
          const own = log.tenant_id === null;
          if (!own && tenantId !== undefined && log.tenant_id !== tenantId) continue;
          const heads = own && anchor !== undefined ? [anchor] : (vouched.get(log.origin) ?? []);
          const checked = verifyLog({ reading, log, verifiers, vouched: heads, onEntries: send });
          if (own) vouched = checked.vouched;
          report.logs.push({ logId: log.origin, size: log.size, root: log.root });
          report.problems.push(...checked.problems);
        }
        report.problems.push(...missingLogs(all, vouched, tenantId));
        return report;
      });
    } finally {
      await store.close();
    }
  },
);

/** Logs that the installation's log vouches for and that are not there at all. */
function missingLogs(
  all: readonly StoredLog[],
  vouched: ReadonlyMap<string, unknown>,
  tenantId?: Uuid,
): Problem[] {
  const problems: Problem[] = [];
  if (!all.some(({ tenant_id }) => tenant_id === null)) {
    problems.push({ logId: 'installation', index: null, reason: "the installation's log is missing" });
  }
  for (const origin of vouched.keys()) {
    if (tenantId !== undefined && !origin.includes(tenantId)) continue;
    if (all.some((log) => log.origin === origin)) continue;
    problems.push({ logId: origin, index: null, reason: 'the whole log is missing' });
  }
  return problems;
}
