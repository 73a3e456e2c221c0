import { dirname } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { BackupTarget } from '../../../shared/contract/backups/targets.ts';
import { everybody } from '../../../shared/target-cover.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import { tenantIdOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { holdsFormerKey, isUnfinished } from '../recovery/former-keys.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { copiesOn, verifiedOn } from './copy-rows.ts';
import { copiedOwners, leftCopies } from './covering.ts';
import { primaryFolder, targetOf } from './further-target.ts';
import type { Reach } from './reach.ts';
import { notOnFirst, standIns } from './stand-in-rows.ts';
import type { TargetRow } from './target-rows.ts';

/** The first target as the contract tells it. */
export async function viewFirst(parts: BackupParts): Promise<BackupTarget> {
  const { target, dataFolder } = parts;
  const isReachable = await target.isReachable();
  return {
    id: null,
    name: '',
    kind: target.isInDataFolder ? 'data-folder' : 'folder',
    address: target.isInDataFolder ? dataFolder : dirname(primaryFolder(parts)),
    state: isReachable ? 'ready' : 'away',
    errorCode: isReachable ? null : 'UNAVAILABLE',
    region: null,
    hostKey: null,
    hasCredentials: null,
    sameDisk: isReachable && (await target.sharesDeviceWith(dataFolder)),
    bytesPerSecond: null,
    covers: everybody,
    added: null,
    kept: null,
    lastSync: null,
    formerRecoveryKey: isUnfinished(parts.control),
    standsIn: null,
    lag: [],
    left: [],
  };
}

/** A further target as the contract tells it, with whether it can be worked with now. */
export async function viewFurther(parts: BackupParts, reach: Reach, row: TargetRow): Promise<BackupTarget> {
  const { control, copying, clock, dataFolder } = parts;
  const { place, kept } = row;
  const reached = await reach.of(row);
  const isKept = kept !== undefined && (kept.until === null || kept.until > clock.now());
  return {
    id: row.id,
    name: row.name,
    kind: place.kind,
    address: row.address,
    ...reached,
    region: place.kind === 's3' ? place.region : null,
    hostKey: place.kind === 'sftp' ? place.hostKey : null,
    hasCredentials: place.kind === 'folder' ? null : copying.credentials(row.id) !== null,
    sameDisk: reached.state === 'ready' && (await targetOf(parts, row).sharesDeviceWith(dataFolder)),
    bytesPerSecond: row.bytesPerSecond,
    covers: row.covers,
    added: {
      time: toRfc3339(row.addedAt),
      by: row.addedBy === null ? null : copying.operatorName(row.addedBy),
    },
    kept: isKept ? { files: kept.files, until: timeOf(kept.until) } : null,
    lastSync:
      row.syncedAt === null
        ? null
        : { time: toRfc3339(row.syncedAt), bytes: row.syncedBytes, errorCode: row.syncError },
    formerRecoveryKey: holdsFormerKey(control, row.id),
    standsIn: standsIn(parts, row),
    lag: lagOf(parts, row),
    left: leftCopies(parts, row).map(({ owner, newest, snapshots, updatedAt, isUnwanted }) => ({
      tenantId: tenantIdOf(owner),
      newest: timeOf(newest),
      updated: timeOf(updatedAt ?? newest),
      snapshots,
      goes: isUnwanted,
    })),
  };
}

/** How much it alone has, and since when; nothing yet while the first backup is being written. null: it does not stand in. */
function standsIn({ control }: BackupParts, { id }: TargetRow): BackupTarget['standsIn'] {
  const snapshots = notOnFirst(control).filter(({ targetId }) => targetId === id).length;
  const [earliest] = standIns(control).filter(({ targetId }) => targetId === id);
  return earliest === undefined ? null : { since: toRfc3339(earliest.since), snapshots };
}

function lagOf(parts: BackupParts, row: TargetRow): BackupTarget['lag'] {
  const { control } = parts;
  const copies = new Map(copiesOn(control, row.id).map((copy) => [copy.owner, copy]));
  const verified = verifiedOn(control, row.id);
  return copiedOwners(parts, row).map((tenantId) => {
    const copy = copies.get(repositoryIdOf(tenantId));
    const proof = verified.get(repositoryIdOf(tenantId));
    const known = listBriefly(control, tenantId);
    const alone = known.filter(({ targetId }) => targetId === row.id);
    return {
      tenantId,
      newest: timeOf(known[0]?.time ?? null),
      newestCopied: timeOf(latest(copy?.newest ?? null, alone[0]?.time ?? null)),
      snapshots: (copy?.snapshots ?? 0) + alone.length,
      verified:
        proof === undefined
          ? null
          : { time: toRfc3339(proof.at), level: proof.level, problems: proof.problems },
    };
  });
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || (other !== null && other > one) ? other : one;
}

const timeOf = (ms: number | null) => (ms === null ? null : toRfc3339(ms));
