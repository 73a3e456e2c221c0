import type { TargetCover } from '../../../../shared/target-cover.ts';
import type { Tier } from '../../../../shared/tiers.ts';

export const coverKinds = ['all', 'tiers', 'tenants'] as const;

/** What stands in the fields of whose copies a target is to have. */
export interface CoverDraft {
  readonly cover: (typeof coverKinds)[number];
  readonly tiers: readonly Tier[];
  /** Ids; none: only the installation's own. */
  readonly tenants: readonly string[];
}

export const everybody: CoverDraft = { cover: 'all', tiers: [], tenants: [] };

export function coverDraftOf(covers: TargetCover): CoverDraft {
  return {
    cover: covers.kind,
    tiers: covers.kind === 'tiers' ? covers.tiers : [],
    tenants: covers.kind === 'tenants' ? covers.tenants : [],
  };
}

export const isCoverComplete = ({ cover, tiers }: CoverDraft) => cover !== 'tiers' || tiers.length > 0;

export function coverOf({ cover, tiers, tenants }: CoverDraft) {
  switch (cover) {
    case 'all':
      return { kind: 'all' as const };
    case 'tiers':
      return { kind: 'tiers' as const, tiers: [...tiers] };
    case 'tenants':
      return { kind: 'tenants' as const, tenants: [...tenants] };
  }
}

/** What is to be changed: nothing where the fields say what is so already, since not all of that may be chosen anew. */
export function coverChange(draft: CoverDraft, covers: TargetCover): ReturnType<typeof coverOf> | undefined {
  return coverOption(draft) === coverOption(coverDraftOf(covers)) ? undefined : coverOf(draft);
}

/** As the command line takes it. */
export function coverOption({ cover, tiers, tenants }: CoverDraft): string {
  if (cover === 'all') return '--for all';
  if (cover === 'tiers') return `--for tier:${tiers.join(',') || 'TIER'}`;
  return tenants.length === 0 ? '--for installation' : `--for tenant:${tenants.join(',')}`;
}
