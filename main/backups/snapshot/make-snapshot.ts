import type { MessagePort } from 'node:worker_threads';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import { prepareThread } from '../../jobs/idle-threads.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Lease } from '../../storage/store.ts';
import { addSnapshot, type CatalogueEntry, entryOf, snapshotIds } from '../catalogue/catalogue.ts';
import { requireListed, type WritingPlace, writingBackup } from '../copies/stand-in.ts';
import { standIns } from '../copies/stand-in-rows.ts';
import { measureBackup } from '../forecast/measures.ts';
import { withHealing } from '../healing/heal.ts';
import type { OwnerId } from '../owner.ts';
import { withOwner } from '../owner.ts';
import type { Delta } from '../pagelog/page-log.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { addCommitTimes } from '../timeline/commit-times.ts';
import type { BuildInput, BuildOutput, FullInput, IncrementalInput } from './build-worker.ts';
import { carriedNotes } from './carried-notes.ts';
import type { SnapshotMade } from './commit-snapshot.ts';
import { logBytesOf, type Manifest, type ManifestDatabase } from './manifest.ts';
import type { SnapshotFacts } from './snapshot-facts.ts';

const buildModule = siblingModule(import.meta.url, 'build-worker');

type Context = Pick<JobContext, 'operation' | 'progress'>;

export interface SnapshotKind {
  /** Incremental: what the page log has since the newest snapshot, or a full one where a new base is due. */
  readonly kind: SnapshotFacts['kind'];
  /** The state before a restore in place. */
  readonly safety: boolean;
  /** Whether it gets an audit entry of its own; by default unless it is a safety snapshot. */
  readonly told?: boolean;
  /** A lease of the tenant's store that the caller holds and goes on holding. */
  readonly within?: Lease;
  /** A snapshot made just before: contents that it holds are not read again. */
  readonly filesSavedBy?: string;
}

/** Why commits since the snapshot before cannot be had one by one: damage, or what a snapshot builds on lies in another place. */
type Gap = 'damaged' | 'elsewhere';

/** What is made, and where. */
interface Making extends SnapshotKind {
  readonly place: WritingPlace;
  readonly gap?: Gap | undefined;
}

/**
 * Makes one snapshot of an owner in its repository and enters it in the catalogue, together with its audit
 * entry unless it is a safety snapshot. Snapshots that a killed run left without a line are entered as well. While the first
 * target is away it is made on a further one that has a copy (`writingBackup`). Within the owner's turn.
 * Errors: those of `buildSnapshot`, UNAVAILABLE where the first target is away and nobody stands in, and NOT_FOUND where a
 * repository that held snapshots is gone.
 */
export async function makeSnapshot(
  parts: BackupParts,
  owner: OwnerId,
  how: SnapshotKind,
  context: Context,
): Promise<CatalogueEntry> {
  return await writingBackup(parts, owner, context, async (place) => {
    const making = { ...how, place };
    if (how.safety) {
      const build = () => buildFull(parts, owner, making, context);
      return (await entered(parts, owner, making, build, context)).entry;
    }
    if (owner === null) return await makeFollowed(parts, { owner, filesFolder: null }, making, context);
    return await parts.sources.withTenant(owner, ({ filesFolder }) =>
      makeFollowed(parts, { owner, filesFolder }, making, context),
    );
  });
}

/** Of databases that are open: their log since the newest snapshot, or a new base for it. */
async function makeFollowed(
  parts: BackupParts,
  { owner, filesFolder }: { readonly owner: OwnerId; readonly filesFolder: string | null },
  how: Making,
  context: Context,
): Promise<CatalogueEntry> {
  const { pageLog } = parts;
  const id = repositoryIdOf(owner);
  const saveLog = async (delta: Delta) => {
    const build = () => buildIncremental(parts, owner, { delta, filesFolder, place }, context);
    return await whereSound(() => entered(parts, owner, how, build, context));
  };
  // what a thread takes to start and to open the repository, it takes while the log is written
  const [delta, access] = await Promise.all([
    pageLog.flush(id),
    parts.derivedKeys.ahead(id, how.place.access, how.place.mayCreate),
    prepareThread(buildModule),
  ]);
  const making = { ...how, place: { ...how.place, access } };
  const { place } = making;
  let unsound = false;
  if (delta !== undefined && how.kind === 'incremental' && !delta.baseDue) {
    const saved = await saveLog(delta);
    if (saved !== undefined) {
      await pageLog.flushed(id, lastOf(saved.made));
      return saved.entry;
    }
    unsound = true;
  }
  const isElsewhere = how.place.standIn !== null || standIns(parts.control, id).length > 0;
  const whyUnsound: Gap = isElsewhere ? 'elsewhere' : 'damaged';
  const isDoubted = delta === undefined && pageLog.isDoubted(id);
  const gap = isDoubted ? 'damaged' : unsound ? whyUnsound : undefined;
  await pageLog.begin(id);
  const build = () => buildFull(parts, owner, making, context);
  const base = await entered(parts, owner, { ...making, gap }, build, context);
  // the old base's log ends behind the new one, so that every commit is in one of them
  const rest = unsound ? undefined : await pageLog.flush(id);
  if (rest !== undefined && leavesAGap(rest, base.made) && (await saveLog(rest)) === undefined) {
    await parts.control.write((transaction) =>
      context.operation.record(transaction, toldOf(base.made, owner, { ...how, gap: whyUnsound })),
    );
  }
  await pageLog.based(id, baseOf(base.made));
  return base.entry;
}

/**
 * Undefined where the log, or the snapshot that it builds on, is damaged or gone: only a new base helps. Until that is
 * made the log stays, since it may be the repository that is damaged.
 */
async function whereSound<Made>(make: () => Promise<Made>): Promise<Made | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    // a repository that is away comes back
    const gone = error.code === 'NOT_FOUND' && error.data.kind !== 'repository';
    if (gone || error.code === 'INTEGRITY') return undefined;
    throw error;
  }
}

interface Entered {
  readonly entry: CatalogueEntry;
  readonly made: SnapshotMade;
}

async function entered(
  parts: BackupParts,
  owner: OwnerId,
  making: Making,
  build: () => Promise<BuildOutput>,
  { operation }: Context,
): Promise<Entered> {
  const startedMicros = parts.clock.monotonicMicros();
  const output = await build();
  const durationMs = Math.round((parts.clock.monotonicMicros() - startedMicros) / 1000);
  const { place, safety, told = !safety } = making;
  const { made } = output;
  const others = output.found.filter(
    ({ manifest }) => belongsTo(manifest, parts, owner) && Date.parse(manifest.time) >= place.since,
  );
  const where = { repository: place.url, targetId: place.standIn?.id ?? null };
  const { id, bytesAdded } = made;
  const entry = entryOf(made.manifest, { id, ...where, bytesAdded, durationMs });
  await parts.control.write((transaction) => {
    requireListed(transaction, place);
    for (const { id, manifest } of others) {
      addSnapshot(transaction, entryOf(manifest, { id, ...where, bytesAdded: 0, durationMs: 0 }));
    }
    addSnapshot(transaction, entry);
    if (place.standIn !== null) parts.standingIn.noticed(transaction, true);
    addCommitTimes(transaction, repositoryIdOf(owner), made.recorded);
    measureBackup(transaction, entry);
    if (told) operation.record(transaction, toldOf(made, owner, making));
  });
  const [note] = carriedNotes([made]);
  if (note !== undefined) await parts.audit.saved(note, carriedNotes(others));
  return { entry, made };
}

async function buildIncremental(
  parts: BackupParts,
  owner: OwnerId,
  {
    delta,
    filesFolder,
    place,
  }: Pick<IncrementalInput, 'delta' | 'filesFolder'> & { readonly place: WritingPlace },
  context: Context,
): Promise<BuildOutput> {
  const common = inputOf(parts, owner, { kind: 'incremental', safety: false }, place);
  const input = { task: 'incremental', ...common, delta, filesFolder } as const;
  return await healing(parts, owner, place, context, () => runBuild(input, [], context));
}

async function buildFull(
  parts: BackupParts,
  owner: OwnerId,
  { safety, within, filesSavedBy, place }: Making,
  context: Context,
): Promise<BuildOutput> {
  const { sources } = parts;
  const build = () =>
    withOwner({ sources, owner, lease: within }, ({ databases, filesFolder, ports }) => {
      const common = inputOf(parts, owner, { kind: 'full', safety }, place);
      const input: FullInput = {
        task: 'full',
        ...common,
        databases,
        filesFolder,
        filesSavedBy: filesSavedBy ?? null,
      };
      return runBuild(input, ports, context);
    });
  return await healing(parts, owner, place, context, build);
}

/** The first target is healed where it is damaged; a copy is written to as it is. */
async function healing(
  parts: BackupParts,
  owner: OwnerId,
  { standIn }: WritingPlace,
  context: Context,
  build: () => Promise<BuildOutput>,
): Promise<BuildOutput> {
  return standIn === null ? await withHealing(parts, owner, context, build) : await build();
}

function runBuild(
  input: BuildInput,
  transfer: readonly MessagePort[],
  { operation, progress }: Context,
): Promise<BuildOutput> {
  const { signal } = operation;
  return callWorker<BuildInput, BuildOutput>({ module: buildModule, input, transfer, signal, progress });
}

function inputOf(
  parts: BackupParts,
  owner: OwnerId,
  { kind, safety }: Pick<SnapshotFacts, 'kind' | 'safety'>,
  { access, mayCreate }: WritingPlace,
) {
  const { control, sources, audit, clock, app } = parts;
  return {
    access,
    mayCreate,
    known: snapshotIds(control, owner),
    facts: {
      installationId: sources.installationId,
      tenantId: owner,
      kind,
      safety,
      startedAt: clock.now(),
      app,
      auditNotes: {
        installation: audit.checkpointNote(null),
        tenant: owner === null ? null : audit.checkpointNote(owner),
      },
    },
  };
}

/** Whether a snapshot found in a repository is this installation's and this owner's. */
export function belongsTo(manifest: Manifest, { sources }: BackupParts, owner: OwnerId): boolean {
  return manifest.installationId === sources.installationId && manifest.tenantId === owner;
}

/** Whether there are commits between an old base's log and a new base; pinning that one made one of its own. */
function leavesAGap({ after }: Delta, { manifest: { databases } }: SnapshotMade): boolean {
  return databases.some(({ name, commits }) => commits.last > (after[name] ?? 0) + 1);
}

/** A snapshot as the page log goes on from it. */
function lastOf({ id, manifest: { databases } }: SnapshotMade) {
  const logBytes = databases.reduce((sum, database) => sum + logBytesOf(database), 0);
  return { id, commits: commitsOf(databases), logBytes };
}

function baseOf({ id, manifest: { databases } }: SnapshotMade) {
  return { id, commits: commitsOf(databases), bytes: databases.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function commitsOf(databases: readonly ManifestDatabase[]) {
  return Object.fromEntries(databases.map(({ name, commits }) => [name, commits.last]));
}

function toldOf(
  { id, manifest, bytesAdded }: SnapshotMade,
  owner: OwnerId,
  { gap, place: { standIn } }: Pick<Making, 'gap' | 'place'>,
) {
  const damaged = manifest.damaged.length;
  const [first] = manifest.databases;
  if (first === undefined) throw new HoldfastError('INTERNAL', 'A snapshot without a database was made.');
  const withoutLog = owner === null && !manifest.databases.some(({ name }) => name === 'audit');
  const isWorse = damaged > 0 || withoutLog || gap === 'damaged';
  const isOdd = gap !== undefined || standIn !== null;
  const severity = isWorse ? ('critical' as const) : isOdd ? ('warning' as const) : undefined;
  return {
    ...(owner === null ? {} : { tenantId: owner }),
    resource: { kind: 'snapshot', id },
    facts: {
      kind: manifest.kind,
      root: first.pageMapRoot,
      commit: first.commits.last,
      bytesAdded,
      files: manifest.files.count,
      ...(damaged > 0 ? { damagedFiles: damaged } : {}),
      ...(withoutLog ? { missing: 'audit' } : {}),
      // what was committed since the snapshot before cannot be had one by one
      ...(gap === undefined ? {} : { pageLog: gap }),
      ...(standIn === null ? {} : { wroteTo: standIn.name }),
    },
    ...(severity === undefined ? {} : { severity }),
  };
}
