import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { idsOnFirst } from '../catalogue/catalogue.ts';
import type { Healed } from '../container/fetch-sound.ts';
import type { HealReport } from '../container/heal-stored.ts';
import { targetOf } from '../copies/further-target.ts';
import type { TargetRow } from '../copies/target-rows.ts';
import { folderIdsOnFirst } from '../folders/folder-store.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { beingRemoved } from '../retention/marks.ts';
import { requireFirstTarget } from '../targets/first-place.ts';
import { repositoryIdOf } from '../targets/target.ts';
import type { HealInput } from './heal-worker.ts';
import { placesOf } from './places.ts';

type Context = Pick<JobContext, 'operation' | 'progress'>;

/** Files that an entry of the audit log names; the rest is counted. */
const filesNamed = 5;
/** Stands where others name the place that files came from. */
export const madeAnew = 'made anew';
/** What the first target is called where a copy is healed from it. */
const firstTarget = 'the first target';

/**
 * Heals an owner's repository from copies and from what is there, and tells of it in the audit log and in the inbox. `suspects`:
 * texts that name damaged packs; null: every pack is read. Errors: UNAVAILABLE (the first target is away), those of opening the repository, IO, STORAGE_FULL, CANCELLED.
 */
export async function heal(
  parts: BackupParts,
  owner: OwnerId,
  suspects: readonly string[] | null,
  context: Context,
): Promise<HealReport> {
  const { control } = parts;
  // an empty mount point is not damaged
  await requireFirstTarget(parts);
  const { reachable, any } = await placesOf(parts, owner);
  const removing = beingRemoved(control, repositoryIdOf(owner));
  const known = [...idsOnFirst(control, owner), ...(owner === null ? [] : folderIdsOnFirst(control, owner))];
  const work: HealWork = {
    access: accessTo(parts, owner),
    places: reachable,
    mayRemakeConfig: !any,
    snapshots: known.filter((snapshot) => !removing.has(snapshot)),
  };
  return await healPlace(parts, { owner, target: null }, work, suspects, context);
}

/** As `healsAfter`, of a copy: from the first target, and from the others. */
export async function copyHealsAfter(
  parts: BackupParts,
  row: TargetRow,
  {
    owner,
    snapshots,
    damage,
  }: { readonly owner: OwnerId; readonly snapshots: readonly string[]; readonly damage: readonly string[] },
  context: Context,
): Promise<boolean> {
  const access = accessTo(parts, owner);
  const { location } = targetOf(parts, row).repository(repositoryIdOf(owner));
  const others = (await placesOf(parts, owner)).reachable.filter(({ name }) => name !== row.name);
  const work: HealWork = {
    access: { ...access, location },
    places: [{ name: firstTarget, location: access.location }, ...others],
    mayRemakeConfig: false,
    snapshots,
  };
  return await anythingHealed(() => healPlace(parts, { owner, target: row.name }, work, damage, context));
}

type HealWork = Pick<HealInput, 'access' | 'places' | 'mayRemakeConfig' | 'snapshots'>;

interface Place {
  readonly owner: OwnerId;
  /** Name of the further target whose copy is healed; null: the first target. */
  readonly target: string | null;
}

async function healPlace(
  parts: BackupParts,
  place: Place,
  work: HealWork,
  suspects: readonly string[] | null,
  context: Context,
): Promise<HealReport> {
  const input: HealInput = {
    ...work,
    suspects: suspects === null ? null : packsNamedIn(suspects),
    now: parts.clock.now(),
  };
  const report = await parts.use.reading(repositoryIdOf(place.owner), () =>
    callWorker<HealInput, HealReport>({
      module: siblingModule(import.meta.url, 'heal-worker'),
      input,
      signal: context.operation.signal,
      progress: context.progress,
    }),
  );
  if (report.healed.length > 0) await tell(parts, place, report.healed, context);
  return report;
}

/**
 * Does the work; where damage ends it that can be healed, heals it and does the work again: first what the error names, and where
 * that was not all, whatever is damaged. Errors: those of the work, and of `heal`.
 */
export async function withHealing<Result>(
  parts: BackupParts,
  owner: OwnerId,
  context: Context,
  work: () => Promise<Result>,
): Promise<Result> {
  const textsOf = ({ message, data }: HoldfastError) => [message, JSON.stringify(data)];
  for (const suspects of [textsOf, () => null]) {
    try {
      return await work();
    } catch (error) {
      if (!isDamage(error) || context.operation.signal.aborted) throw error;
      if (!(await healsAfter(parts, owner, suspects(error), context))) throw error;
    }
  }
  return await work();
}

/** Whether anything was healed of what these texts name; null: of all that is damaged. */
export async function healsAfter(
  parts: BackupParts,
  owner: OwnerId,
  damage: readonly string[] | null,
  context: Context,
): Promise<boolean> {
  return await anythingHealed(() => heal(parts, owner, damage, context));
}

async function anythingHealed(work: () => Promise<HealReport>): Promise<boolean> {
  try {
    return (await work()).healed.length > 0;
  } catch (error) {
    // what cannot be opened cannot be healed: what the work met says more
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Whether an error says that something of the repository is damaged or gone, or that it cannot be opened. */
function isDamage(error: unknown): error is HoldfastError {
  if (!(error instanceof HoldfastError)) return false;
  const { code, data } = error;
  switch (code) {
    case 'INTEGRITY':
      return true;
    case 'UNAUTHENTICATED':
      return data.kind === 'repository';
    case 'NOT_FOUND':
      return ['repository', 'repository-file', 'blob'].includes(String(data.kind));
    case 'CONFLICT':
      return data.reason === 'repository-exists'; // it is there, but has no config
    default:
      return false;
  }
}

async function tell(
  parts: BackupParts,
  { owner, target }: Place,
  healed: readonly Healed[],
  { operation }: Context,
): Promise<void> {
  const places = new Map<string | null, Healed[]>();
  for (const each of healed) places.set(each.from, [...(places.get(each.from) ?? []), each]);
  for (const [from, files] of places) {
    await parts.control.write((transaction) => {
      parts.healing.telling(operation.caller).record(transaction, {
        ...(owner === null ? {} : { tenantId: owner }),
        resource: { kind: 'repository', id: repositoryIdOf(owner) },
        facts: {
          healed: files.length,
          files: files
            .slice(0, filesNamed)
            .map(({ file }) => file)
            .join(', '),
          from: from ?? madeAnew,
          why: [...new Set(files.map(({ why }) => why))].slice(0, filesNamed).join('; '),
          ...(target === null ? {} : { target }),
          during: operation.action,
        },
      });
      parts.healing.noticed(transaction, owner, 'backups-healed');
    });
  }
}

function packsNamedIn(texts: readonly string[]): readonly string[] {
  const named = texts.flatMap((text) =>
    [...text.matchAll(/\bdata\/([0-9a-f]{64})/g)].map(([, name]) => name ?? ''),
  );
  return [...new Set(named)];
}
