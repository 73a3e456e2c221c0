import type { TriedAttack } from '../../../shared/contract/audit/tamper-drill.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { ScratchCopy } from '../../storage/scratch-copy.ts';
import type { Reading } from '../../storage/store.ts';
import { epochOf, isInstallationLog, logOrigin } from '../log-name.ts';
import type { StoredLog } from '../log-store.ts';
import type { Marks } from '../verify/marks.ts';
import type { Problem, VouchedHead } from '../verify/verify-log.ts';
import type { LogsCheck, VerifyReport } from '../verify/verify-logs.ts';
import { verifyLogs } from '../verify/verify-logs.ts';
import type { Attack, Hit, Target } from './attack.ts';
import { attacks } from './attacks.ts';

export interface DrillRequest {
  readonly check: LogsCheck;
  /** What an anchor says of the log as it went on after the copy. */
  readonly newer: VouchedHead | undefined;
}

export interface DrillWatch {
  onPhase(name: string): void;
  /** Its throw ends the drill. */
  onEntries(count: number): void;
}

/** What a verification is: the product's own, if nothing else is said. */
type Verify = typeof verifyLogs;

/** So many entries of a log, the newest, are read again for each attack on it, and 255 more at most. */
export const stretch = 2048;

export interface HeldDrill {
  readonly attacks: TriedAttack[];
  readonly logs: number;
  readonly entries: number;
}

/**
 * Verifies a copy of audit.db, then changes it in every way of `attacks`, each time undone, and tells what the verification
 * says of it. Throws INTEGRITY where the copy does not verify as it is: then a drill would show nothing.
 */
export function holdDrill(
  copy: ScratchCopy,
  { check, newer }: DrillRequest,
  { onPhase, onEntries }: DrillWatch,
  verify: Verify = verifyLogs,
): HeldDrill {
  const marks: Marks = { stretch, logs: new Map(), told: [], erased: new Set() };
  const control = verify(copy.reading, { ...check, marks }, onEntries);
  requireSound(control);
  const logs = copy.reading.sql<StoredLog>('SELECT * FROM logs ORDER BY size, log').all();
  const installation = logs.find(
    ({ origin }) => origin === logOrigin(check.installationId, 'installation', check.epoch),
  );
  if (installation === undefined || installation.size === 0) throw emptyLog();
  const tenants = logs.filter(
    ({ origin, size }) => size > 0 && !isInstallationLog(origin) && epochOf(origin) === check.epoch,
  );
  // an anchor that could not follow says nothing of what came after the copy
  const ahead = newer !== undefined && newer.size > installation.size ? newer : undefined;
  const target = { check, marks, installation, tenants, newer: ahead };
  const tried = attacks.map((attack, at) => {
    onPhase(`Trying attack ${at + 1} of ${attacks.length}`);
    return copy.attempt(
      (writing) => attack.strike({ ...target, copy: writing }),
      (reading, hit) => lookAt(attack, { reading, hit, target, onEntries, verify }),
    );
  });
  return {
    attacks: tried,
    logs: control.logs.length,
    entries: control.logs.reduce((sum, { size }) => sum + size, 0),
  };
}

interface Look {
  readonly reading: Reading;
  readonly hit: ReturnType<Attack['strike']>;
  readonly target: Omit<Target, 'copy'>;
  readonly onEntries: (count: number) => void;
  readonly verify: Verify;
}

function lookAt({ name: attack }: Attack, { reading, hit, target, onEntries, verify }: Look): TriedAttack {
  const nothing = { attack, target: null, finding: null, further: 0, obstacle: null };
  if (typeof hit === 'string') return { ...nothing, outcome: 'not-applicable', obstacle: hit };
  const { logId, index } = hit;
  const { problems } = verify(reading, checkAfter(hit, target), onEntries);
  const first = problems.find((problem) => problem.index !== null) ?? problems[0];
  const struck = { ...nothing, target: { logId, index } };
  if (first === undefined) return { ...struck, outcome: hit.anchor === null ? 'unguarded' : 'missed' };
  return { ...struck, outcome: 'caught', finding: first, further: problems.length - 1 };
}

/** What a verification after this attack is told; it reads again what was hit, and what depends on it. */
function checkAfter(
  { everything, again = [], whole = [], anchor, without, retention }: Hit,
  { check, marks }: Pick<Target, 'check' | 'marks'>,
): LogsCheck {
  const { anchor: kept, ...rest } = check;
  const outside = anchor === undefined ? kept : (anchor ?? undefined);
  const resume = { marks, again: new Set([...again, ...whole]), whole: new Set(whole) };
  const { subjectKeys } = check.openings;
  const left = new Map([...subjectKeys].filter(([subject]) => subject !== without));
  return {
    ...rest,
    retention: retention ?? check.retention,
    openings: { ...check.openings, subjectKeys: left },
    ...(outside === undefined ? {} : { anchor: outside }),
    ...(everything ? {} : { resume }),
  };
}

const mostTold = 5;

function requireSound({ problems }: VerifyReport): void {
  if (problems.length === 0) return;
  const told = problems
    .slice(0, mostTold)
    .map(({ logId, index, reason }: Problem) => ({ logId, index, reason }));
  throw new HoldfastError(
    'INTEGRITY',
    `The log does not verify as it is, so attacks on it would show nothing: ${problems[0]?.reason}. Run \`holdfast audit verify\` to see all of it.`,
    { problems: told, reason: 'drill-unsound' },
  );
}

const emptyLog = () =>
  new HoldfastError('NOT_FOUND', 'The log has no entries yet.', { kind: 'entry', id: '' });
