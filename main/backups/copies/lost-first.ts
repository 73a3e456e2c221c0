import type { Uuid } from '../../../shared/ids.ts';
import type { OwnerId } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { beingRemoved } from '../retention/marks.ts';
import { repositoryFiles, repositoryIdOf } from '../targets/target.ts';
import { isHeld } from './abandon.ts';
import { copyOn } from './copy-rows.ts';
import { allOwners } from './former-target.ts';
import { isThere, targetOf } from './further-target.ts';
import { type OnFirst, onFirst } from './stand-in-rows.ts';
import { readTargets, type TargetRow } from './target-rows.ts';

/** What is left of the backups of a first target that is lost, once a further one takes its place. */
export interface Remains {
  /** Ids of an owner's snapshots that lie on the further target; an owner without a repository there is not in it. */
  readonly there: ReadonlyMap<OwnerId, ReadonlySet<string>>;
  /** Owners whose repository is copied from another target first. */
  readonly copied: readonly { readonly owner: OwnerId; readonly from: TargetRow }[];
  /** Snapshots that another target has: they come from there before the owner's next backup. */
  readonly others: readonly (OnFirst & { readonly targetId: Uuid })[];
  /** Snapshots that no target has which can be reached now. */
  readonly lost: readonly OnFirst[];
  /** Of those, how many are under legal hold. */
  readonly held: number;
  /** Owners who had backups and have none any more. */
  readonly without: readonly OwnerId[];
}

/** Looks at every target that can be reached. Errors: IO and those of a remote target. */
export async function remainsOn(parts: BackupParts, further: TargetRow): Promise<Remains> {
  const there = new Map<OwnerId, ReadonlySet<string>>();
  const copied: { owner: OwnerId; from: TargetRow }[] = [];
  const others: (OnFirst & { targetId: Uuid })[] = [];
  const lost: OnFirst[] = [];
  const without: OwnerId[] = [];
  const reachable = await reachableFirst(parts, further);
  for (const owner of allOwners(parts)) {
    const removing = beingRemoved(parts.control, repositoryIdOf(owner));
    const wanted = onFirst(parts.control, owner).filter(({ id }) => !removing.has(id));
    const found = new Map<TargetRow, ReadonlySet<string>>();
    for (const row of reachable) {
      const ids = await snapshotsOn(parts, row, owner);
      if (ids !== undefined) found.set(row, ids);
    }
    const base = found.has(further) ? further : [...found.keys()][0];
    if (base === undefined) {
      lost.push(...wanted);
      if (wanted.length > 0) without.push(owner);
      continue;
    }
    there.set(owner, found.get(base) ?? new Set());
    if (base !== further) copied.push({ owner, from: base });
    for (const each of wanted) {
      if (found.get(base)?.has(each.id)) continue;
      const [other] = [...found].find(([, ids]) => ids.has(each.id)) ?? [];
      if (other === undefined) lost.push(each);
      else others.push({ ...each, targetId: other.id });
    }
  }
  const held = lost.filter((each) => isHeld(parts.control, each)).length;
  return { there, copied, others, lost, held, without };
}

/** That target, then the others that can be reached. */
async function reachableFirst(parts: BackupParts, further: TargetRow): Promise<readonly TargetRow[]> {
  const rows = readTargets(parts.control).filter(({ id }) => id !== further.id);
  const reached = await Promise.all(rows.map((row) => isThere(parts, row)));
  return [further, ...rows.filter((_, at) => reached[at])];
}

/** Undefined where it holds no repository of the owner. */
async function snapshotsOn(
  parts: BackupParts,
  row: TargetRow,
  owner: OwnerId,
): Promise<ReadonlySet<string> | undefined> {
  if (copyOn(parts.control, row.id, repositoryIdOf(owner)) === undefined) return undefined;
  const files = repositoryFiles(targetOf(parts, row).repository(repositoryIdOf(owner)).location);
  if ((await files.size('config', '')) === undefined) return undefined;
  return new Set((await files.list('snapshots')).map(({ name }) => name));
}
