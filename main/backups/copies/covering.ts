import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { everybody, type TargetCover } from '../../../shared/target-cover.ts';
import { tierRules, tiers } from '../../../shared/tiers.ts';
import type { Transaction } from '../../storage/store.ts';
import type { Input } from '../inputs.ts';
import { type OwnerId, tenantIdOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { type CopyRow, copiesOn, setUnwanted } from './copy-rows.ts';
import { readTargets, type TargetRow, updateTarget } from './target-rows.ts';

type Covering = Pick<BackupParts, 'sources' | 'copying'>;

/** Whose copies a target is to have: the installation's, and those of tenants it covers whose tier has replication. */
export function copiedOwners(
  { sources, copying }: Covering,
  { covers }: Pick<TargetRow, 'covers'>,
): OwnerId[] {
  const isCovered = coverTest(covers, copying);
  return [null, ...sources.tenantIds().filter((id) => copying.mayReplicate(id) && isCovered(id))];
}

export function isCopied(
  { copying }: Covering,
  { covers }: Pick<TargetRow, 'covers'>,
  owner: OwnerId,
): boolean {
  return owner === null || (copying.mayReplicate(owner) && coverTest(covers, copying)(owner));
}

/** Copies that lie on a target and are not brought up to date any more. */
export function leftCopies(
  parts: Pick<BackupParts, 'sources' | 'copying' | 'control'>,
  row: TargetRow,
): CopyRow[] {
  const copied = new Set(copiedOwners(parts, row).map(repositoryIdOf));
  return copiesOn(parts.control, row.id).filter(({ owner }) => !copied.has(owner));
}

function coverTest(covers: TargetCover, { tierOf }: BackupParts['copying']) {
  switch (covers.kind) {
    case 'all':
      return () => true;
    case 'tiers': {
      const chosen = new Set(covers.tiers);
      return (id: NonNullable<OwnerId>) => chosen.has(tierOf(id));
    }
    case 'tenants': {
      const tenants = new Set<OwnerId>(covers.tenants);
      return (id: NonNullable<OwnerId>) => tenants.has(id);
    }
  }
}

/** So many tenants are named in the log; the rest is counted. */
const tenantsNamed = 20;

/**
 * What is asked for, tenants by id. Errors: NOT_FOUND (a tenant), VALIDATION (a tier without replication, or a tenant of one who
 * is not in `before`: nothing would be copied).
 */
export function chosenCover(
  { sources, copying }: Covering,
  asked: Input<'addTarget'>['covers'],
  before: TargetCover = everybody,
): TargetCover {
  switch (asked.kind) {
    case 'all':
      return asked;
    case 'tiers':
      requireReplication(asked.tiers.filter((tier) => !tierRules[tier].replication));
      return asked;
    case 'tenants': {
      const chosen = [...new Set(asked.tenants.map((each) => sources.tenantId(each)))];
      const known = new Set(before.kind === 'tenants' ? before.tenants : []);
      requireReplication(chosen.filter((id) => !known.has(id) && !copying.mayReplicate(id)));
      return { kind: 'tenants', tenants: chosen };
    }
  }
}

function requireReplication(without: readonly string[]): void {
  if (without.length === 0) return;
  const named = without.slice(0, tenantsNamed).join(', ');
  throw new HoldfastError(
    'VALIDATION',
    `Copies are made only of tenants whose tier has replication (${replicated.join(', ')}). Leave out: ${named}.`,
    { issues: [{ path: 'covers', reason: 'no-replication' }] },
  );
}

const replicated = tiers.filter((tier) => tierRules[tier].replication);

/** A tenant that is deleted is in no target's list any more. */
export function leaveOut(transaction: Transaction, tenantId: Uuid): void {
  for (const row of readTargets(transaction)) {
    const { covers } = row;
    if (covers.kind !== 'tenants' || !covers.tenants.includes(tenantId)) continue;
    const tenants = covers.tenants.filter((id) => id !== tenantId);
    updateTarget(transaction, { ...row, covers: { kind: 'tenants', tenants } });
  }
}

/** As the command line takes it, for the log. */
export function coverText(covers: TargetCover): string {
  switch (covers.kind) {
    case 'all':
      return 'all';
    case 'tiers':
      return `tier:${covers.tiers.join(',')}`;
    case 'tenants': {
      const { length } = covers.tenants;
      if (length === 0) return 'installation';
      const more = length > tenantsNamed ? ` and ${length - tenantsNamed} more` : '';
      return `tenant:${covers.tenants.slice(0, tenantsNamed).join(',')}${more}`;
    }
  }
}

/**
 * Notes which copies the next synchronisation is to remove: with `all` those the target is not to have, and never those it is to
 * have. Answers how many.
 */
export function noteUnwanted(
  transaction: Transaction,
  parts: Covering,
  row: Pick<TargetRow, 'id' | 'covers'>,
  all: boolean,
): number {
  let unwanted = 0;
  for (const { owner, isUnwanted } of copiesOn(transaction, row.id)) {
    const isLeft = !isCopied(parts, row, tenantIdOf(owner));
    const goes = isLeft && (all || isUnwanted);
    if (goes !== isUnwanted) setUnwanted(transaction, row.id, owner, goes);
    if (goes) unwanted += 1;
  }
  return unwanted;
}
