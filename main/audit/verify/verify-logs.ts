import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { epochOf, isKeyOfEpoch, logOrigin } from '../log-name.ts';
import type { StoredLog } from '../log-store.ts';
import { parseVerifierKey } from '../note-key.ts';
import { type Gap, Silence } from './silence.ts';
import { type Problem, type VouchedHead, verifyLog } from './verify-log.ts';
import type { OpeningCheck } from './verify-openings.ts';
import { cosignedHeads, WitnessLeaves } from './verify-witnesses.ts';

/** What logs are checked against. */
export interface LogsCheck {
  /** Verifier keys of this installation (C2SP signed-note). */
  readonly keys: readonly string[];
  /** Name of the one that signs now. */
  readonly presentKey: string;
  readonly installationId: Uuid;
  readonly epoch: number;
  readonly openings: OpeningCheck;
  /** Only this tenant's log, and the installation's that vouches for it. */
  readonly tenantId?: Uuid;
  /** The anchor of the installation's log. */
  readonly anchor?: VouchedHead;
}

export interface VerifyReport {
  readonly logs: { readonly logId: string; readonly size: number; readonly root: Uint8Array }[];
  readonly problems: Problem[];
  readonly gaps: Gap[];
}

/** Re-reads every stored value of the logs of a database: one snapshot of it. `onEntries` is told of each few; its throw ends it. */
export function verifyLogs(
  reading: Reading,
  { keys, presentKey, installationId, epoch, openings, tenantId, anchor }: LogsCheck,
  onEntries: (count: number) => void,
): VerifyReport {
  const verifiers = keys.map(parseVerifierKey);
  const originOf = (id: Uuid | null, ofEpoch: number) =>
    logOrigin(installationId, id ?? 'installation', ofEpoch);
  const installation = originOf(null, epoch);
  const isOwn = ({ origin }: StoredLog) => origin === originOf(null, epochOf(origin));
  const all = reading
    .sql<StoredLog>('SELECT * FROM logs ORDER BY log')
    .all()
    // each after the logs that can vouch for it: the present one of the installation, former ones, tenants'
    .sort(
      (one, other) =>
        Number(isOwn(other)) - Number(isOwn(one)) || epochOf(other.origin) - epochOf(one.origin),
    );
  const cosigned = cosignedHeads(reading, verifiers);
  const witnesses = new WitnessLeaves();
  const silence = new Silence();
  const report: VerifyReport = { logs: [], problems: [...cosigned.problems], gaps: silence.gaps };
  const vouched = new Map<string, VouchedHead[]>();
  for (const log of all) {
    const own = isOwn(log);
    const ofEpoch = epochOf(log.origin);
    if (log.origin !== originOf(log.tenant_id, ofEpoch) || ofEpoch > epoch) {
      report.problems.push(misnamed(log));
    }
    if (!own && tenantId !== undefined && log.tenant_id !== tenantId) continue;
    const present = log.origin === installation;
    const inside = present && anchor !== undefined ? [anchor] : (vouched.get(log.origin) ?? []);
    const heads = [...inside, ...(cosigned.heads.get(log.origin) ?? [])];
    const checked = verifyLog({
      reading,
      log,
      isInstallation: own,
      isFormer: ofEpoch !== epoch,
      openings,
      verifiers: verifiers.filter(({ name }) => isKeyOfEpoch(name, installationId, ofEpoch)),
      presentKey: ofEpoch === epoch ? presentKey : undefined,
      vouched: heads,
      onEntries,
      onRecord: (index, record) => {
        if (own) witnesses.read(log.origin, index, record);
        if (present) silence.read(record);
      },
    });
    for (const [origin, more] of checked.vouched) {
      vouched.set(origin, [...(vouched.get(origin) ?? []), ...more]);
    }
    report.logs.push({ logId: log.origin, size: log.size, root: log.root });
    report.problems.push(...checked.problems);
  }
  report.problems.push(...witnesses.problems(reading, installation));
  report.problems.push(...missingLogs(all, installation, vouched, tenantId), ...strayRows(reading));
  return report;
}

/** Logs that the installation's log vouches for and that are not there at all. */
function missingLogs(
  all: readonly StoredLog[],
  installation: string,
  vouched: ReadonlyMap<string, unknown>,
  tenantId?: Uuid,
): Problem[] {
  const problems: Problem[] = [];
  if (!all.some(({ origin }) => origin === installation)) {
    problems.push({ logId: installation, index: null, reason: "the installation's log is missing" });
  }
  for (const origin of vouched.keys()) {
    if (tenantId !== undefined && !origin.includes(tenantId)) continue;
    if (all.some((log) => log.origin === origin)) continue;
    problems.push({ logId: origin, index: null, reason: 'the whole log is missing' });
  }
  return problems;
}

/** The readers of a log find it by its tenant. */
function misnamed({ origin, tenant_id }: StoredLog): Problem {
  return {
    logId: origin,
    index: null,
    reason: `the log table gives it to ${tenant_id ?? 'the installation'}`,
  };
}

/** What lies in no log that the log table knows. */
function strayRows(reading: Reading): Problem[] {
  const ofLog = { entries: 'position / 68719476736', openings: 'position / 68719476736', tiles: 'log' };
  return Object.entries(ofLog).flatMap(([table, log]) => {
    const query = `SELECT count(*) AS n FROM ${table} WHERE ${log} NOT IN (SELECT log FROM logs)`;
    const count = reading.sql<{ n: number }>(query).get()?.n ?? 0;
    const reason = `${count} rows of ${table} belong to no log`;
    return count === 0 ? [] : [{ logId: 'none', index: null, reason }];
  });
}
