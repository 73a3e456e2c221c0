import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { epochOf, isKeyOfEpoch, logOrigin } from '../log-name.ts';
import type { StoredLog } from '../log-store.ts';
import { parseVerifierKey } from '../note-key.ts';
import type { AuditRecord } from '../record.ts';
import { allPruned } from '../retention/pruned-rows.ts';
import { ErasedPeople } from './erased-people.ts';
import { type Marks, markSize, type Resumption } from './marks.ts';
import { type OpeningCheck, OpeningKeys, type OpensField } from './opening-keys.ts';
import { type Gap, Silence } from './silence.ts';
import { type Problem, type VouchedHead, verifyLog } from './verify-log.ts';
import { prunedProblems } from './verify-pruned.ts';
import { retentionProblems } from './verify-retention.ts';
import { rotationProblems } from './verify-rotations.ts';
import { stampedHeads, timestampProblems } from './verify-timestamps.ts';
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
  /** What stands for the rows that decide how long the log is kept. */
  readonly retention: string;
  /** Filled, for verifications of this database that begin at marks. */
  readonly marks?: Marks;
  /** Only what was changed since is found: in the installation's log after its mark, and in the logs it names. */
  readonly resume?: Resumption;
}

export interface VerifyReport {
  readonly logs: { readonly logId: string; readonly size: number; readonly root: Uint8Array }[];
  readonly problems: Problem[];
  readonly gaps: Gap[];
}

export interface VerifyAids {
  /** Told of each record that can be read. */
  readonly onRecord?: (log: StoredLog, index: number, record: AuditRecord) => void;
  /** Asked whether a field opens, in place of the keys. */
  readonly opens?: OpensField | undefined;
}

/** Re-reads every stored value of the logs of a database: one snapshot of it. `onEntries` is told of each few; its throw ends it. */
export function verifyLogs(
  reading: Reading,
  {
    keys,
    presentKey,
    installationId,
    epoch,
    openings,
    tenantId,
    anchor,
    retention,
    marks,
    resume,
  }: LogsCheck,
  onEntries: (count: number) => void,
  { onRecord, opens }: VerifyAids = {},
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
  const stamped = stampedHeads(reading, verifiers);
  const witnesses = new WitnessLeaves(resume?.marks.told);
  const silence = new Silence();
  const people = new ErasedPeople(openings.pseudonymKey, resume?.marks.erased);
  const pruned = allPruned(reading);
  const kept = new Map<string, Uint8Array | undefined>();
  const prunedUntil = new Map<string, number>();
  const report: VerifyReport = {
    logs: [],
    problems: [...cosigned.problems, ...stamped.problems],
    gaps: silence.gaps,
  };
  const vouched = new Map<string, VouchedHead[]>();
  const fieldKeys = new OpeningKeys(openings);
  for (const log of all) {
    const own = isOwn(log);
    const ofEpoch = epochOf(log.origin);
    if (log.origin !== originOf(log.tenant_id, ofEpoch) || ofEpoch > epoch) {
      report.problems.push(misnamed(log));
    }
    if (!own && tenantId !== undefined && log.tenant_id !== tenantId) continue;
    const present = log.origin === installation;
    if (resume !== undefined && !present && !resume.again.has(log.origin)) continue;
    const inside = present && anchor !== undefined ? [anchor] : (vouched.get(log.origin) ?? []);
    const outside = [cosigned, stamped].flatMap(({ heads }) => heads.get(log.origin) ?? []);
    const heads = [...inside, ...outside];
    const dropped = pruned.get(log.log)?.dropped ?? 0;
    const checked = verifyLog({
      reading,
      log,
      dropped,
      isInstallation: own,
      isFormer: ofEpoch !== epoch,
      keys: fieldKeys,
      opens,
      verifiers: verifiers.filter(({ name }) => isKeyOfEpoch(name, installationId, ofEpoch)),
      presentKey: ofEpoch === epoch ? presentKey : undefined,
      vouched: heads,
      onEntries,
      from: resume?.whole.has(log.origin) ? undefined : resume?.marks.logs.get(log.origin),
      markAt: marks && Math.max(dropped, markSize(log.size, marks.stretch)),
      onMark: (mark) => marks?.logs.set(log.origin, mark),
      onMissingKey: (subject, index, time) => {
        if (ofEpoch === epoch && index < (openings.sizes.get(log.origin) ?? 0))
          people.missing(subject, { logId: log.origin, index, time, tenantId: log.tenant_id });
      },
      onRecord: (index, record) => {
        onRecord?.(log, index, record);
        people.read(record);
        if (dropped > 0 && index >= dropped && !prunedUntil.has(log.origin))
          prunedUntil.set(log.origin, record.t);
        if (own) witnesses.read(log.origin, index, record);
        if (present && index >= dropped) silence.read(record);
      },
    });
    for (const [origin, more] of checked.vouched) {
      vouched.set(origin, [...(vouched.get(origin) ?? []), ...more]);
    }
    kept.set(log.origin, checked.kept);
    report.logs.push({ logId: log.origin, size: log.size, root: log.root });
    report.problems.push(...checked.problems);
  }
  if (marks !== undefined) {
    const before = marks.logs.get(installation)?.edge.size ?? 0;
    marks.erased = people.erased;
    marks.told = witnesses.told.filter((told) => told.epoch !== epoch || told.index < before);
  }
  report.problems.push(...witnesses.problems(reading, installation));
  report.problems.push(...timestampProblems(reading, installation, witnesses.told));
  report.problems.push(...rotationProblems(reading, { installationId, verifiers, told: witnesses.told }));
  const prunings = all.map(({ log, origin }) => ({
    origin,
    ...(pruned.get(log) ?? { minimum: 0, dropped: 0 }),
    digest: kept.get(origin),
  }));
  report.problems.push(...prunedProblems(prunings, witnesses.told));
  const decides = { logId: installation, epoch, state: retention };
  report.problems.push(...retentionProblems(decides, witnesses.told));
  report.problems.push(...people.problems(prunedUntil));
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

/** What lies in no log that the log table knows: between and beside those of its logs. */
function strayRows(reading: Reading): Problem[] {
  const gaps = gapsBetween(
    reading
      .sql<{ log: number }>('SELECT log FROM logs ORDER BY log')
      .all()
      .map(({ log }) => BigInt(log)),
  );
  const columns = {
    entries: ['position', 2n ** 36n],
    openings: ['position', 2n ** 36n],
    tiles: ['log', 1n],
    pruned: ['log', 1n],
  } as const;
  return Object.entries(columns).flatMap(([table, [column, span]]) => {
    const query = reading.sql<{ n: number }>(
      `SELECT count(*) AS n FROM ${table} WHERE ${column} BETWEEN ? AND ?`,
    );
    const counts = gaps.map(({ after, before }) => {
      const first = after === undefined ? least : (after + 1n) * span;
      const last = before === undefined ? most : before * span - 1n;
      return query.get(first, last)?.n ?? 0;
    });
    const count = counts.reduce((sum, some) => sum + some, 0);
    const reason = `${count} rows of ${table} belong to no log`;
    return count === 0 ? [] : [{ logId: 'none', index: null, reason }];
  });
}

// what an INTEGER of SQLite can be
const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Where in the order of log numbers there are none: after one log and before another. */
function gapsBetween(logs: readonly bigint[]): { after: bigint | undefined; before: bigint | undefined }[] {
  return [undefined, ...logs].flatMap((after, at) => {
    const before = logs[at];
    return after !== undefined && before === after + 1n ? [] : [{ after, before }];
  });
}
