import { HoldfastError } from '../../../shared/errors.ts';
import type { KeepReason, RetentionPolicy } from '../../../shared/retention.ts';
import type { Reading } from '../../storage/store.ts';
import type { BriefSnapshot } from '../catalogue/catalogue.ts';
import { neededForUndo } from '../catalogue/restores.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { askedToGo } from './asked.ts';
import { calendarOf } from './calendar.ts';
import { decideRetention, type RetainedSnapshot } from './decide.ts';
import { type Held, heldOf } from './holds.ts';
import { marksOf } from './marks.ts';
import { readPolicy } from './policies.ts';
import { type Subject, snapshotsOf, subjectId } from './subject.ts';

/** So long a restore in place can be taken back: then the state before it goes like any other. */
const undoKeptMs = 30 * 86_400_000;
/** Clocks of one machine differ by less. */
const clockToleranceMs = 5 * 60_000;
/** The level at which content was read. */
const contentLevel = 2;

export interface Choice {
  /** Newest first. */
  readonly entries: readonly BriefSnapshot[];
  /** By snapshot; none: it goes. */
  readonly reasons: ReadonlyMap<string, readonly KeepReason[]>;
}

/** The policy that applies; a folder's is its tenant's where nobody set another. */
export function policyOf(
  reading: Reading,
  { retention }: { readonly retention: Pick<BackupParts['retention'], 'defaultPolicy'> },
  subject: Subject,
): RetentionPolicy {
  return readPolicy(reading, subjectId(subject))?.policy ?? defaultPolicyOf(reading, { retention }, subject);
}

/** The policy where nobody set one. */
export function defaultPolicyOf(
  reading: Reading,
  { retention }: { readonly retention: Pick<BackupParts['retention'], 'defaultPolicy'> },
  { owner, folder }: Subject,
): RetentionPolicy {
  if (folder === null) return retention.defaultPolicy(owner);
  return policyOf(reading, { retention }, { owner, folder: null });
}

/** What a policy (by default the one that applies) makes of the snapshots that are there now. */
export function choose(
  reading: Reading,
  { retention, clock }: Pick<BackupParts, 'retention' | 'clock'>,
  subject: Subject,
  policy: RetentionPolicy = policyOf(reading, { retention }, subject),
): Choice {
  const entries = snapshotsOf(reading, subject);
  const held = heldSnapshots(reading, subject);
  const undo =
    subject.folder === null
      ? neededForUndo(reading, subject.owner, clock.now() - undoKeptMs)
      : new Set<string>();
  const since = clock.now() - undoKeptMs;
  const asked = askedToGo(reading);
  const snapshots = entries.map((entry) => retained(entry, { held, undo, since }));
  // while others have it in place of the first target it may be lost yet: it takes nobody's place
  const elsewhere = new Set(entries.flatMap(({ id, targetId }) => (targetId === null ? [] : [id])));
  const ruled = snapshots.filter(({ id }) => !asked.has(id) && !elsewhere.has(id));
  const reasons = new Map(decideRetention(ruled, policy, calendarOf(retention.timeZone())));
  // no rule keeps what somebody asked to remove, and none counts it
  for (const snapshot of snapshots)
    if (elsewhere.has(snapshot.id)) reasons.set(snapshot.id, ['elsewhere', ...beyondRules(snapshot)]);
    else if (asked.has(snapshot.id)) reasons.set(snapshot.id, beyondRules(snapshot));
  return { entries, reasons };
}

const beyondRules = ({ held, undo }: RetainedSnapshot): readonly KeepReason[] => [
  ...(held ? (['hold'] as const) : []),
  ...(undo ? (['undo'] as const) : []),
];

/** What is held of a subject: a hold on a tenant is on its folders' snapshots too. */
export function heldSnapshots(reading: Reading, subject: Subject): Held {
  const { all, snapshots } = heldOf(reading, subjectId(subject));
  const byTenant = subject.folder !== null && heldOf(reading, repositoryIdOf(subject.owner)).all;
  return { all: all || byTenant, snapshots };
}

function retained(
  { id, time, safety, verifiedLevel }: BriefSnapshot,
  { held, undo, since }: { held: Held; undo: ReadonlySet<string>; since: number },
): RetainedSnapshot {
  return {
    id,
    time,
    safety,
    verified: verifiedLevel !== null && verifiedLevel >= contentLevel,
    held: held.all || held.snapshots.has(id),
    // a safety snapshot comes before the restore that will need it
    undo: undo.has(id) || (safety && time > since),
  };
}

/** Throws CONFLICT where the clock was set back: how long something has waited is then not known. */
export function requireClock(
  reading: Reading,
  { clock }: Pick<BackupParts, 'clock'>,
  subject: Subject,
): void {
  const now = clock.now();
  const committed = reading.sql<{ time: number }>('SELECT time FROM commit_clock').get()?.time ?? 0;
  const [newest] = snapshotsOf(reading, subject);
  const marks = marksOf(reading, subjectId(subject)).map(({ markedAt }) => markedAt);
  const latest = [committed, newest?.time ?? 0, ...marks].reduce((most, time) => Math.max(most, time), 0);
  if (latest <= now + clockToleranceMs) return;
  throw new HoldfastError(
    'CONFLICT',
    `The clock was set back: something here was made at ${new Date(latest).toISOString()}, and it is ${new Date(now).toISOString()}. No backup is removed until the clock has passed that time, or is right again.`,
    { reason: 'clock-went-back', latest: new Date(latest).toISOString() },
  );
}
